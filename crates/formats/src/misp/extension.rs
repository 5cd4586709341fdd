//! The extension in which STIX objects carry what they were made of.

use renkei_core::time::Moment;

use crate::stix::build;
use crate::tree::Object;

/// Its id.
pub const EXTENSION: &str = "extension-definition--4f8c6f0e-7d0b-4c39-9d21-6b1f7c2e5a90";
/// The identity that defines it: this program, not an office.
const MAKER: &str = "identity--b7f7c1d4-3f1e-4b1a-8a54-0c3b9c4a6d11";
/// 2026-11-22: when it was defined. Definitions have versions like all objects.
const DEFINED: Moment = Moment(1_795_305_600_000_000);

/// The definition, and the identity that it must name (STIX 2.1 section 7.3).
pub fn definition() -> [Object; 2] {
    let at = build::timestamp(DEFINED);
    let head = |kind: &str, id: &str| {
        Object::new()
            .with("type", kind)
            .with("spec_version", "2.1")
            .with("id", id)
            .with("created", at.as_str())
            .with("modified", at.as_str())
    };
    let identity = head("identity", MAKER).with("name", "renkei").with("identity_class", "system");
    let definition = head("extension-definition", EXTENSION)
        .with("created_by_ref", MAKER)
        .with("name", "What an object was made of: MISP")
        .with("schema", "docs/sharing-formats.md of renkei")
        .with("version", "1.0.0")
        .with("extension_types", vec!["property-extension"]);
    [identity, definition]
}

/// An object that carries parts of an event.
pub(super) fn carrying(object: Object, parts: Object) -> Object {
    let head = Object::new().with("extension_type", "property-extension");
    let extension = parts.members().fold(head, |extension, (name, part)| extension.with(name, part.clone()));
    object.with("extensions", Object::new().with(EXTENSION, extension))
}

/// What an object carries.
pub(super) fn carried(object: &Object) -> Option<&Object> {
    object.object("extensions")?.object(EXTENSION)
}
