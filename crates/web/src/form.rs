//! A form that was sent: its fields, once its token shows that this site's page made it.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use renkei_app::warrant::upload;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::visit::Visit;

/// The name of the field that carries the token.
pub const TOKEN: &str = "form-token";

/// The fields of a form of a visitor who is signed in; `T` takes what it knows of them.
#[derive(Debug)]
pub struct Sent<T>(pub T);

/// The fields of a form with files of a visitor who is signed in, by name; each as the bytes that were sent.
#[derive(Debug)]
pub struct Files(HashMap<String, Vec<u8>>);

/// The fields of a form that nobody needs to be signed in for.
#[derive(Debug)]
pub struct Open<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let bytes = body_of(Request::from_parts(parts, body), state).await?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|_| Problem::form())?;
        let token = pairs.iter().find(|(name, _)| name == TOKEN).map(|(_, value)| value.as_str());
        if visit.session.is_none() || token != Some(visit.form_token().as_str()) {
            return Err(Problem::forged());
        }
        fields(&pairs).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Files {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, state).await?;
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let bytes = body_of(Request::from_parts(parts, body), state).await?;
        // What is no such form has no token of this site's page either.
        let fields = upload::read(&kind, &bytes).map_err(|_| Problem::forged())?;
        let token = fields.iter().find(|field| field.name == TOKEN).map(|field| field.bytes);
        if visit.session.is_none() || token != Some(visit.form_token().as_bytes()) {
            return Err(Problem::forged());
        }
        Ok(Self(fields.iter().map(|field| (field.name.to_owned(), field.bytes.to_vec())).collect()))
    }
}

impl Files {
    /// What stands in a field; nothing: it is missing, or no file was chosen.
    pub fn take(&mut self, name: &str) -> Vec<u8> {
        self.0.remove(name).unwrap_or_default()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Open<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = body_of(request, state).await?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|_| Problem::form())
    }
}

async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|_| Problem::too_large())
}

/// The fields; of one that is there several times (checkboxes) the values are joined by spaces.
fn fields<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, Problem> {
    let mut joined: Vec<(&str, String)> = Vec::new();
    for (name, value) in pairs {
        match joined.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => {
                values.push(' ');
                values.push_str(value);
            }
            None => joined.push((name, value.clone())),
        }
    }
    let text = serde_urlencoded::to_string(&joined).map_err(|_| Problem::form())?;
    serde_urlencoded::from_str(&text).map_err(|_| Problem::form())
}

/// The fields of a form that only has a button.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

/// What stands in the query; one that cannot be read is a problem like any other.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// What stands in the path's places.
#[derive(Debug)]
pub struct Path(pub String);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        serde_urlencoded::from_str(query).map(Self).map_err(|error| Problem::query().detailed(error))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let place = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        place.map(|axum::extract::Path(text)| Self(text)).map_err(|_| Problem::missing())
    }
}
