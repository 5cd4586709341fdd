//! Parts of objects: types of STIX 2.1 section 2, extensions that section 6 defines itself.

use super::shape::Shape::*;
use super::shape::{ANY_WHOLE, Extension, Section, Targets, optional, required};
use super::vocabulary;

pub(super) const EXTERNAL_REFERENCE: Section = Section {
    name: "external-reference",
    section: "2.5",
    properties: &[
        required("source_name", Text),
        optional("description", Text),
        optional("url", Text),
        optional("hashes", Hashes),
        optional("external_id", Text),
    ],
};

pub(super) const KILL_CHAIN_PHASE: Section = Section {
    name: "kill-chain-phase",
    section: "2.11",
    properties: &[required("kill_chain_name", Text), required("phase_name", Text)],
};

pub(super) const GRANULAR_MARKING: Section = Section {
    name: "granular-marking",
    section: "7.2.3",
    properties: &[
        optional("lang", Text),
        optional("marking_ref", Ref(Targets::Of(&["marking-definition"]))),
        required("selectors", List(&Text)),
    ],
};

pub(super) const MIME_PART: Section = Section {
    name: "email-mime-part-type",
    section: "6.6.2",
    properties: &[
        optional("body", Text),
        optional("body_raw_ref", Ref(Targets::Of(&["artifact", "file"]))),
        optional("content_type", Text),
        optional("content_disposition", Text),
    ],
};

pub(super) const DATA_STREAM: Section = Section {
    name: "alternate-data-stream-type",
    section: "6.7.3",
    properties: &[required("name", Text), optional("hashes", Hashes), optional("size", ANY_WHOLE)],
};

pub(super) const PE_OPTIONAL_HEADER: Section = Section {
    name: "windows-pe-optional-header-type",
    section: "6.7.6",
    properties: &[
        optional("magic_hex", Hex),
        optional("major_linker_version", ANY_WHOLE),
        optional("minor_linker_version", ANY_WHOLE),
        optional("size_of_code", Whole(0, i64::MAX)),
        optional("size_of_initialized_data", Whole(0, i64::MAX)),
        optional("size_of_uninitialized_data", Whole(0, i64::MAX)),
        optional("address_of_entry_point", ANY_WHOLE),
        optional("base_of_code", ANY_WHOLE),
        optional("base_of_data", ANY_WHOLE),
        optional("image_base", ANY_WHOLE),
        optional("section_alignment", ANY_WHOLE),
        optional("file_alignment", ANY_WHOLE),
        optional("major_os_version", ANY_WHOLE),
        optional("minor_os_version", ANY_WHOLE),
        optional("major_image_version", ANY_WHOLE),
        optional("minor_image_version", ANY_WHOLE),
        optional("major_subsystem_version", ANY_WHOLE),
        optional("minor_subsystem_version", ANY_WHOLE),
        optional("win32_version_value_hex", Hex),
        optional("size_of_image", Whole(0, i64::MAX)),
        optional("size_of_headers", Whole(0, i64::MAX)),
        optional("checksum_hex", Hex),
        optional("subsystem_hex", Hex),
        optional("dll_characteristics_hex", Hex),
        optional("size_of_stack_reserve", Whole(0, i64::MAX)),
        optional("size_of_stack_commit", Whole(0, i64::MAX)),
        optional("size_of_heap_reserve", Whole(0, i64::MAX)),
        optional("size_of_heap_commit", Whole(0, i64::MAX)),
        optional("loader_flags_hex", Hex),
        optional("number_of_rva_and_sizes", ANY_WHOLE),
        optional("hashes", Hashes),
    ],
};

pub(super) const PE_SECTION: Section = Section {
    name: "windows-pe-section-type",
    section: "6.7.6",
    properties: &[
        required("name", Text),
        optional("size", Whole(0, i64::MAX)),
        optional("entropy", Number),
        optional("hashes", Hashes),
    ],
};

pub(super) const REGISTRY_VALUE: Section = Section {
    name: "windows-registry-value-type",
    section: "6.17",
    properties: &[
        optional("name", Text),
        optional("data", Text),
        optional("data_type", Enum(&vocabulary::WINDOWS_REGISTRY_DATATYPE)),
    ],
};

pub(super) const X509_V3: Section = Section {
    name: "x509-v3-extensions-type",
    section: "6.18",
    properties: &[
        optional("basic_constraints", Text),
        optional("name_constraints", Text),
        optional("policy_constraints", Text),
        optional("key_usage", Text),
        optional("extended_key_usage", Text),
        optional("subject_key_identifier", Text),
        optional("authority_key_identifier", Text),
        optional("subject_alternative_name", Text),
        optional("issuer_alternative_name", Text),
        optional("subject_directory_attributes", Text),
        optional("crl_distribution_points", Text),
        optional("inhibit_any_policy", Text),
        optional("private_key_usage_period_not_before", Moment),
        optional("private_key_usage_period_not_after", Moment),
        optional("certificate_policies", Text),
        optional("policy_mappings", Text),
    ],
};

/// The predefined extensions of observables.
pub(crate) const EXTENSIONS: &[Extension] = &[
    Extension {
        of: "file",
        part: Section {
            name: "archive-ext",
            section: "6.7.2",
            properties: &[
                required("contains_refs", List(&Ref(Targets::Of(&["directory", "file"])))),
                optional("comment", Text),
            ],
        },
    },
    Extension {
        of: "file",
        part: Section {
            name: "ntfs-ext",
            section: "6.7.3",
            properties: &[optional("sid", Text), optional("alternate_data_streams", List(&Part(&DATA_STREAM)))],
        },
    },
    Extension {
        of: "file",
        part: Section {
            name: "pdf-ext",
            section: "6.7.4",
            properties: &[
                optional("version", Text),
                optional("is_optimized", Flag),
                optional("document_info_dict", Names),
                optional("pdfid0", Text),
                optional("pdfid1", Text),
            ],
        },
    },
    Extension {
        of: "file",
        part: Section {
            name: "raster-image-ext",
            section: "6.7.5",
            properties: &[
                optional("image_height", ANY_WHOLE),
                optional("image_width", ANY_WHOLE),
                optional("bits_per_pixel", ANY_WHOLE),
                optional("exif_tags", Names),
            ],
        },
    },
    Extension {
        of: "file",
        part: Section {
            name: "windows-pebinary-ext",
            section: "6.7.6",
            properties: &[
                required("pe_type", Open(&vocabulary::WINDOWS_PEBINARY_TYPE)),
                optional("imphash", Text),
                optional("machine_hex", Hex),
                optional("number_of_sections", Whole(0, i64::MAX)),
                optional("time_date_stamp", Moment),
                optional("pointer_to_symbol_table_hex", Hex),
                optional("number_of_symbols", Whole(0, i64::MAX)),
                optional("size_of_optional_header", Whole(0, i64::MAX)),
                optional("characteristics_hex", Hex),
                optional("file_header_hashes", Hashes),
                optional("optional_header", Part(&PE_OPTIONAL_HEADER)),
                optional("sections", List(&Part(&PE_SECTION))),
            ],
        },
    },
    Extension {
        of: "network-traffic",
        part: Section {
            name: "http-request-ext",
            section: "6.12.2",
            properties: &[
                required("request_method", Text),
                required("request_value", Text),
                optional("request_version", Text),
                optional("request_header", Names),
                optional("message_body_length", ANY_WHOLE),
                optional("message_body_data_ref", Ref(Targets::Of(&["artifact"]))),
            ],
        },
    },
    Extension {
        of: "network-traffic",
        part: Section {
            name: "icmp-ext",
            section: "6.12.3",
            properties: &[required("icmp_type_hex", Hex), required("icmp_code_hex", Hex)],
        },
    },
    Extension {
        of: "network-traffic",
        part: Section {
            name: "socket-ext",
            section: "6.12.4",
            properties: &[
                required("address_family", Enum(&vocabulary::NETWORK_SOCKET_ADDRESS_FAMILY)),
                optional("is_blocking", Flag),
                optional("is_listening", Flag),
                optional("options", Names),
                optional("socket_type", Enum(&vocabulary::NETWORK_SOCKET_TYPE)),
                optional("socket_descriptor", Whole(0, i64::MAX)),
                optional("socket_handle", ANY_WHOLE),
            ],
        },
    },
    Extension {
        of: "network-traffic",
        part: Section {
            name: "tcp-ext",
            section: "6.12.5",
            properties: &[optional("src_flags_hex", Hex), optional("dst_flags_hex", Hex)],
        },
    },
    Extension {
        of: "process",
        part: Section {
            name: "windows-process-ext",
            section: "6.13.2",
            properties: &[
                optional("aslr_enabled", Flag),
                optional("dep_enabled", Flag),
                optional("priority", Text),
                optional("owner_sid", Text),
                optional("window_title", Text),
                optional("startup_info", Names),
                optional("integrity_level", Enum(&vocabulary::WINDOWS_INTEGRITY_LEVEL)),
            ],
        },
    },
    Extension {
        of: "process",
        part: Section {
            name: "windows-service-ext",
            section: "6.13.3",
            properties: &[
                optional("service_name", Text),
                optional("descriptions", List(&Text)),
                optional("display_name", Text),
                optional("group_name", Text),
                optional("start_type", Enum(&vocabulary::WINDOWS_SERVICE_START_TYPE)),
                optional("service_dll_refs", List(&Ref(Targets::Of(&["file"])))),
                optional("service_type", Enum(&vocabulary::WINDOWS_SERVICE_TYPE)),
                optional("service_status", Enum(&vocabulary::WINDOWS_SERVICE_STATUS)),
            ],
        },
    },
    Extension {
        of: "user-account",
        part: Section {
            name: "unix-account-ext",
            section: "6.16.2",
            properties: &[
                optional("gid", ANY_WHOLE),
                optional("groups", List(&Text)),
                optional("home_dir", Text),
                optional("shell", Text),
            ],
        },
    },
];
