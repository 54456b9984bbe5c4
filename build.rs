//! Papers and evidence are compiled in: a change in them is a change of the program.

fn main() {
    println!("cargo::rerun-if-changed=papers");
    println!("cargo::rerun-if-changed=evidence");
    println!("cargo::rerun-if-changed=build.rs");
}
