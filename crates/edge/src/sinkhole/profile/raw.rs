//! A profile as it is typed: TOML with these keys and no others.

use regex::{Regex, RegexBuilder};
use renkei_core::id::Digest;
use serde::Deserialize;

use super::answer::{Answer, AnswerError, ContentType};
use super::shape::Shape;
use super::{Basis, Place, Profile, ProfileError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    family: String,
    basis: Basis,
    source: String,
    #[serde(default)]
    answer: TypedAnswer,
    #[serde(default)]
    shape: Vec<TypedShape>,
    #[serde(default)]
    device: Vec<TypedDevice>,
    #[serde(default = "yes")]
    referer_marks: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedAnswer {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    content_type: ContentType,
    body: Option<String>,
    body_hex: Option<String>,
}

impl Default for TypedAnswer {
    fn default() -> Self {
        Self { status: ok(), content_type: ContentType::Html, body: None, body_hex: None }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedShape {
    method: Option<String>,
    path: Option<String>,
    agent: Option<String>,
    referer: Option<String>,
    slashes_over: Option<usize>,
    entropy_over: Option<f64>,
    first_hex: Option<String>,
    length: Option<[u64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedDevice {
    #[serde(rename = "in")]
    place: Place,
    pattern: String,
}

const fn ok() -> u16 {
    200
}

const fn yes() -> bool {
    true
}

pub(super) fn read(text: &str, digest: Digest) -> Result<Profile, ProfileError> {
    let file: File = toml::from_str(text)?;
    if file.family.is_empty() || file.family.len() > 100 || file.family.chars().any(char::is_control) {
        return Err(ProfileError::Family(file.family.chars().take(100).collect()));
    }
    let answer = answer(file.answer)?;
    let shapes = file.shape.into_iter().map(shape).collect::<Result<_, _>>()?;
    let device = file.device.into_iter().map(device).collect::<Result<_, _>>()?;
    Ok(Profile {
        family: file.family,
        basis: file.basis,
        source: file.source,
        answer,
        digest,
        shapes,
        device,
        referer_marks: file.referer_marks,
    })
}

fn answer(typed: TypedAnswer) -> Result<Answer, AnswerError> {
    let body = match (typed.body, typed.body_hex) {
        (Some(_), Some(_)) => return Err(AnswerError::Both),
        (Some(text), None) => text.into_bytes(),
        (None, Some(hex)) => bytes(&hex).ok_or(AnswerError::Hex)?,
        (None, None) => Vec::new(),
    };
    Answer::new(typed.status, typed.content_type, body)
}

fn shape(typed: TypedShape) -> Result<Shape, ProfileError> {
    let some = |text: Option<String>| text.as_deref().map(pattern).transpose();
    let hex = |text: String| bytes(&text).ok_or(ProfileError::Pattern(text));
    let shape = Shape {
        method: typed.method,
        path: some(typed.path)?,
        agent: some(typed.agent)?,
        referer: some(typed.referer)?,
        slashes_over: typed.slashes_over,
        entropy_over: typed.entropy_over,
        first: typed.first_hex.map(hex).transpose()?,
        length: typed.length.map(|[least, most]| (least, most)),
    };
    if shape.is_empty() { Err(ProfileError::Anything) } else { Ok(shape) }
}

fn device(typed: TypedDevice) -> Result<(Place, Regex), ProfileError> {
    let pattern = pattern(&typed.pattern)?;
    if pattern.capture_names().flatten().any(|name| name == "id") {
        Ok((typed.place, pattern))
    } else {
        Err(ProfileError::NoId(typed.pattern))
    }
}

/// A pattern: linear in what it is matched with, and bounded in memory.
pub(super) fn pattern(text: &str) -> Result<Regex, ProfileError> {
    RegexBuilder::new(text)
        .size_limit(1 << 20)
        .dfa_size_limit(1 << 20)
        .build()
        .map_err(|_| ProfileError::Pattern(text.to_owned()))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    hex.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}
