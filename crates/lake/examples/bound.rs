//! The bound of the benchmark: `cargo run --release -p renkei-lake --example bound -- FILE.csv OUT.parquet`.
//!
//! Bare Arrow CSV reading of the file into strings on one thread, all of it written as zstd-1
//! Parquet on another: no check, no type, no attribution, no deduplication, no commit.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use arrow::array::RecordBatch;
use arrow::csv::ReaderBuilder;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (input, output) = (arguments.next().expect("FILE"), arguments.next().expect("OUT"));
    let header = std::io::BufRead::lines(std::io::BufReader::new(File::open(&input).unwrap())).next().unwrap().unwrap();
    let fields: Vec<Field> = header.split(',').map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let (send, receive) = sync_channel::<RecordBatch>(4);
    let to_write = Arc::clone(&schema);
    let writer = std::thread::spawn(move || {
        let settings =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap())).build();
        let mut writer = ArrowWriter::try_new(File::create(output).unwrap(), to_write, Some(settings)).unwrap();
        for batch in receive {
            writer.write(&batch).unwrap();
        }
        writer.close().unwrap();
    });
    let mut rows = 0;
    for batch in
        ReaderBuilder::new(schema).with_header(true).with_batch_size(65_536).build(File::open(input).unwrap()).unwrap()
    {
        let batch = batch.unwrap();
        rows += batch.num_rows();
        send.send(batch).unwrap();
    }
    drop(send);
    writer.join().unwrap();
    println!("{rows} rows");
}
