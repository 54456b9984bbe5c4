//! What `sverka export` writes.

use crate::cli::ExportArgs;
use clap::Subcommand;
use std::path::PathBuf;

/// What can be exported.
#[derive(Debug, Clone, Subcommand)]
pub enum ExportWhat {
    /// The vintages of the series that claims need, as evidence files
    Evidence {
        /// Only this paper
        #[arg(long, value_name = "ID")]
        paper: Option<String>,
        /// The folder to write into
        #[arg(long, short, value_name = "DIR", default_value = "./evidence")]
        out: PathBuf,
    },
    /// Everything as a dataset of Parquet files, for engines that read many files at once; in programs that were built with it
    Parquet {
        /// The folder to write, empty or not there yet
        dir: PathBuf,
    },
    /// Figures as tidy CSV, a row each
    Csv(ExportArgs),
    /// Figures as SDMX-CSV 2.0
    SdmxCsv {
        /// Which, and where to
        #[command(flatten)]
        args: ExportArgs,
        /// Write the structure message (SDMX-ML 3.0) that readers need as well
        #[arg(long, value_name = "FILE.xml")]
        structure: Option<PathBuf>,
    },
    /// Figures as a workbook of Excel
    Xlsx(ExportArgs),
    /// What Datasette shows beside the tables: descriptions of columns, licences, questions with parameters
    DatasetteMetadata {
        /// The file to write; default: standard output
        #[arg(long, short, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}
