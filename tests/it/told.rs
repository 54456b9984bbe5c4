//! Who is told: messages that go out to servers on this machine, whatever those do and whenever the program is killed.

mod receivers;

use super::daemon::Daemon;
use super::support::{Answer, Room, Server, V1, V2, column, count, wait_until};
use super::workbook::xlsx;
use receivers::{Hook, Mail};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// A room with two editions of its workbook, whose paper prints January so often, and who is told.
fn room(claims: usize, alerts: &str) -> Room {
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    for (name, text) in [("v1.xlsx", V1), ("v2.xlsx", V2)] {
        std::fs::write(room.path(name), xlsx(text)).unwrap();
    }
    let path = room.path("papers/small/claims.csv");
    let mut text = std::fs::read_to_string(&path).unwrap();
    let january = text.lines().find(|line| line.starts_with("c1,")).unwrap().to_string();
    (1..claims).for_each(|n| text += &(january.replacen("c1,", &format!("c1{n:02},"), 1) + "\n"));
    std::fs::write(path, text).unwrap();
    std::fs::write(room.path("alerts.toml"), alerts).unwrap();
    room
}

fn replay(room: &Room, file: &str, day: &str) -> std::process::Command {
    let manifest = format!("path\tsource\tas_of\tas_of_basis\tsha256\n{file}\ts\t{day}\trecorded\t\n");
    std::fs::write(room.path("MANIFEST.tsv"), manifest).unwrap();
    room.command(&["replay", "MANIFEST.tsv"])
}

fn replayed(room: &Room, file: &str, day: &str) {
    let ended = replay(room, file, day).output().unwrap();
    assert!(ended.status.code().is_some_and(|code| code <= 1), "{ended:?}");
}

/// What a message tells: state, severity and key of each alert.
fn told(payload: &Value) -> Vec<String> {
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or("?").to_string();
    let line = |one: &Value| format!("{} {} {}", word(one, "state"), word(one, "severity"), word(one, "key"));
    payload["alerts"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn a_verdict_that_changed_reaches_every_channel_that_asked_for_it() {
    let (hook, quiet, mail, stuck) = (Hook::start(), Hook::start(), Mail::start(), Hook::start());
    stuck.hold(Duration::from_secs(60));
    let script =
        |name: &str| format!("#!/bin/sh\ncat > {name}.part && echo $SVERKA_MESSAGE_ID > {name}.id && mv {name}.part {name}\n");
    let alerts = format!(
        "[[webhook]]\nname = \"stuck\"\nurl = \"{}\"\ntimeout = 1\n[[webhook]]\nname = \"hook\"\nurl = \"{}\"\nsecret = \"HOOK_TOKEN\"\n
         [[webhook]]\nname = \"quiet\"\nurl = \"{}\"\nleast = \"critical\"\n
         [[email]]\nname = \"mail\"\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"u\"\nsecret = \"smtp\"\nfrom = \"sverka <s@example.org>\"\nto = [\"ops@example.org\", \"b@example.org\"]\n
         [[command]]\nname = \"script\"\nrun = [\"./tell.sh\"]\n[[command]]\nname = \"hangs\"\nrun = [\"sleep\", \"60\"]\ntimeout = 1\n",
        stuck.address, hook.address, quiet.address, mail.port
    );
    let room = room(1, &alerts);
    std::fs::write(room.path("tell.sh"), script("told")).unwrap();
    std::fs::set_permissions(room.path("tell.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::create_dir(room.path("credentials")).unwrap();
    std::fs::write(room.path("credentials/smtp"), "pass word\n").unwrap();
    replayed(&room, "v1.xlsx", "2020-04-20");
    assert_eq!((hook.got().len(), mail.got().len()), (0, 0), "nobody is told of a baseline");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM outbox"), 0);

    let mut second = replay(&room, "v2.xlsx", "2020-05-20");
    second.env("HOOK_TOKEN", "t0ken").env("CREDENTIALS_DIRECTORY", room.path("credentials"));
    let ended = second.output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "whoever is stuck stops nobody: {ended:?}");
    let got = hook.got();
    assert_eq!(got.len(), 1);
    assert_eq!(told(&got[0].json()), ["raised minor verdict small/c1/external/SUPERSEDED"]);
    assert_eq!(got[0].header("idempotency-key"), got[0].json()["id"].as_str().unwrap());
    assert_eq!((got[0].header("authorization"), got[0].header("content-type")), ("Bearer t0ken", "application/json"));
    let letters = mail.got();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    for wanted in [
        "AUTH PLAIN AHUAcGFzcyB3b3Jk",
        "RCPT TO:<ops@example.org>",
        "RCPT TO:<b@example.org>",
        "Subject: [sverka] minor: verdict",
    ] {
        assert!(letter.contains(wanted), "{wanted}: {letter}");
    }
    let ids: Vec<String> = column(&room.db(), "SELECT message FROM outbox WHERE channel = 'mail'", []);
    assert!(letter.contains(&format!("Message-ID: <{}@example.org>", ids[0])), "{letter}");
    let said: Value = serde_json::from_slice(&std::fs::read(room.path("told")).unwrap()).unwrap();
    assert_eq!(said["id"].as_str().unwrap(), std::fs::read_to_string(room.path("told.id")).unwrap().trim());
    assert!(quiet.got().is_empty(), "a last digit is nothing critical");

    let (_, status) = room.json(&["status"]);
    let queue = |name: &str| {
        let found = status["outbox"].as_array().unwrap().iter().find(|one| one["channel"] == name).unwrap();
        (found["pending"].as_u64().unwrap(), found["error"].as_str().unwrap().to_string())
    };
    assert_eq!(queue("hook"), (0, String::new()));
    let late = (1, "no answer within 1 s".to_string());
    assert_eq!((queue("stuck"), queue("hangs")), (late.clone(), late));
    let listed = room.sverka(&["alerts"]);
    assert!(listed.out.contains("1 open alert") && listed.out.contains("channel stuck: 1 message waits since"), "{listed:?}");
}

/// Killed after the receiver had it and before that was written down: it comes once more, under the same id, and no further time.
#[test]
fn what_was_sent_and_not_marked_comes_again_with_its_id() {
    let hook = Hook::start();
    let room = room(1, &format!("[[webhook]]\nname = \"hook\"\nurl = \"{}\"\n", hook.address));
    replayed(&room, "v1.xlsx", "2020-04-20");
    hook.hold(Duration::from_secs(15));
    let mut child = replay(&room, "v2.xlsx", "2020-05-20").stdout(std::process::Stdio::null()).spawn().unwrap();
    wait_until("the message", 60, || hook.got().len() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    hook.hold(Duration::ZERO);
    assert_eq!(column::<i64>(&room.db(), "SELECT tries FROM outbox WHERE sent_at IS NULL", []), [1]);
    wait_until("the second time", 60, || {
        assert_eq!(room.sverka(&["reconcile"]).code, 0);
        hook.got().len() == 2
    });
    assert_eq!(room.sverka(&["reconcile"]).code, 0);
    let keys: Vec<String> = hook.got().iter().map(|one| one.header("idempotency-key").to_string()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_eq!(count(&room.db(), "SELECT count(*) FROM outbox WHERE sent_at IS NULL"), 0);
}

#[test]
fn a_storm_is_one_message_and_a_channel_that_comes_back_gets_what_waited() {
    let hook = Hook::start();
    hook.answer("503 Service Unavailable");
    let room = room(8, &format!("[[webhook]]\nname = \"hook\"\nurl = \"{}\"\n", hook.address));
    replayed(&room, "v1.xlsx", "2020-04-20");
    replayed(&room, "v2.xlsx", "2020-05-20");
    assert_eq!(hook.got().len(), 1);
    let told = told(&hook.got()[0].json());
    assert!(told.len() == 8 && told[7].ends_with("/c107/external/SUPERSEDED"), "{told:?}");
    assert_eq!(room.json(&["alerts"]).1["outbox"][0]["error"], "the hook answered 503 Service Unavailable");
    hook.answer("204 No Content");
    wait_until("another try", 60, || {
        room.sverka(&["reconcile"]);
        hook.got().len() == 2
    });
    assert_eq!(hook.got()[0].body, hook.got()[1].body);
    assert_eq!(room.json(&["alerts"]).1["outbox"][0]["pending"], 0);
}

#[test]
fn a_test_message_says_whether_a_channel_can_be_told() {
    let (hook, mail) = (Hook::start(), Mail::start());
    let room = room(
        1,
        &format!(
            "[[webhook]]\nname = \"hook\"\nurl = \"{}/{{secret}}\"\nsecret = \"PATH_OF_HOOK\"\n
             [[email]]\nname = \"mail\"\nserver = \"127.0.0.1\"\nport = {}\nfrom = \"s@example.org\"\nto = [\"o@example.org\"]\n
             [[command]]\nname = \"none\"\nrun = [\"./nothing-here\"]\n",
            hook.address, mail.port
        ),
    );
    let ran = room.sverka(&["alerts", "--test", "hook"]);
    assert!(ran.code == 2 && ran.err.contains("the secret PATH_OF_HOOK is neither a file"), "{ran:?}");
    let ended = room.command(&["alerts", "--test", "hook"]).env("PATH_OF_HOOK", "s3cret").output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(hook.got()[0].first.contains("/s3cret ") && hook.got()[0].header("authorization").is_empty());
    let ran = room.sverka(&["alerts", "--test", "mail"]);
    assert!(ran.code == 2 && mail.got().is_empty(), "without STARTTLS nothing is sent in the clear: {ran:?}");
    assert_eq!(room.sverka(&["alerts", "--test", "none"]).code, 2);
    let ran = room.sverka(&["alerts", "--test", "hok"]);
    assert!(ran.code == 64 && ran.err.contains("nearest is \"hook\""), "{ran:?}");
    std::fs::write(room.path("alerts.toml"), "[[webhook]]\nname = 1\n").unwrap();
    let ran = room.sverka(&["check"]);
    assert!(ran.code == 64 && ran.err.contains("alerts.toml:2:8: webhook[0].name: expected a text"), "{ran:?}");
}

#[test]
fn a_document_that_waits_and_a_full_disk_are_told_and_so_is_their_end() {
    let hook = Hook::start();
    let server = Server::start(vec![Answer::workbook(xlsx(V1), "\"1\"")]);
    let room = Room::yearly(&server.address);
    let alerts = format!("[[webhook]]\nname = \"hook\"\nurl = \"{}\"\n", hook.address);
    std::fs::write(room.path("alerts.toml"), &alerts).unwrap();
    assert_eq!(room.sverka(&["run"]).code, 0);
    let shorter: String = V2.lines().filter(|line| !line.starts_with("Mining")).map(|line| format!("{line}\n")).collect();
    server.script(vec![Answer::workbook(xlsx(&shorter), "\"2\"")]);
    assert_eq!(room.sverka(&["run"]).code, 2);
    assert_eq!(room.sverka(&["run"]).code, 2, "it goes on, and is told once");
    let said = || hook.got().iter().flat_map(|one| told(&one.json())).collect::<Vec<_>>();
    assert!(said().len() == 1 && said()[0].starts_with("raised major drift/s/20"), "{:?}", said());
    assert_eq!(room.sverka(&["accept", "s", "--note", "fine"]).code, 1);
    assert!(said().iter().any(|one| one.starts_with("cleared major drift/s/20")), "{:?}", said());

    hook.forget();
    std::fs::write(room.path("alerts.toml"), format!("[limits]\nfree_bytes = 9_000_000_000_000_000_000\n{alerts}")).unwrap();
    let news = room.sverka(&["run", "--quiet"]);
    assert!(news.out.contains("alert: disk/free: ") && news.out.contains("MiB are free at "), "{news:?}");
    std::fs::write(room.path("alerts.toml"), alerts).unwrap();
    assert!(room.sverka(&["run", "--quiet"]).out.contains("over: disk/free"));
    assert_eq!(said(), ["raised critical disk/free", "cleared critical disk/free"]);
}

/// A store that cannot be written cannot remember an alert: those who are to be told are told all the same.
#[test]
fn a_store_that_cannot_be_written_is_told_past_it() {
    let hook = Hook::start();
    let room = room(1, &format!("[[webhook]]\nname = \"hook\"\nurl = \"{}\"\n", hook.address));
    replayed(&room, "v1.xlsx", "2020-04-20");
    let mut full = std::process::Command::new("sh");
    // no file may grow over 4 KiB, as if the disk were full
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" reconcile";
    full.current_dir(room.path("")).args(["-c", script, env!("CARGO_BIN_EXE_sverka")]);
    for _ in 0..2 {
        let ended = full.output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    }
    let got = hook.got();
    assert_eq!(told(&got[0].json()), ["raised critical database/write"]);
    assert!(got.len() == 2 && got[0].header("idempotency-key") == got[1].header("idempotency-key"));
    assert_eq!(room.sverka(&["reconcile"]).code, 0, "and goes on when there is room");
}

/// A channel that hangs holds up no other one, no reload and no stop.
#[test]
fn the_daemon_tells_while_it_runs() {
    let (hook, stuck) = (Hook::start(), Hook::start());
    stuck.hold(Duration::from_secs(120));
    let room = Room::yearly("http://127.0.0.1:1/s.xlsx");
    let hooks = format!(
        "[[webhook]]\nname = \"stuck\"\nurl = \"{}\"\ntimeout = 300\n[[webhook]]\nname = \"hook\"\nurl = \"{}\"\n",
        stuck.address, hook.address
    );
    std::fs::write(room.path("alerts.toml"), format!("[limits]\nfree_bytes = 9_000_000_000_000_000_000\n{hooks}")).unwrap();
    let daemon = Daemon::start(&room);
    let heard = |wanted: &str| {
        let so = || hook.got().iter().any(|one| told(&one.json()).iter().any(|one| one == wanted));
        wait_until(wanted, 60, so);
    };
    heard("raised critical disk/free");
    wait_until("the other one", 60, || stuck.got().len() == 1);
    std::fs::write(room.path("alerts.toml"), hooks).unwrap();
    daemon.signal("-HUP");
    heard("cleared critical disk/free");
    let (code, took) = daemon.stop();
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} after {took:?}");
}
