//! How a provider is to be asked (clause 6.4.11).

use super::base::ENTRIES;
use super::{LONG, SHORT, Shape, table};
use crate::hi1::word::{LIWorkflowEndpoint, LPWorkflowEndpoint, Word};

table!(
    CONFIG_ANSWER:
    Must "LastChanged" Shape::Time,
    May "Dictionaries" Shape::Any,
    May "TargetFormatTypeDefinitions" Shape::Object(&FORMATS),
    Must "TargetingConfigurations" Shape::Object(&TARGETINGS),
    May "SupportedLIWorkflowEndpoints" Shape::Object(&LI_ENDPOINTS),
    May "SupportedLPWorkflowEndpoints" Shape::Object(&LP_ENDPOINTS),
    May "SupportedLDWorkflowEndpoints" Shape::Object(&LD_ENDPOINTS),
);

table!(
    FORMATS:
    Must "config:FormatOwner" SHORT,
    Must "config:TargetFormatTypeDefinitionEntries" Shape::Object(&FORMAT_ENTRIES),
);

table!(
    FORMAT_ENTRIES:
    May "config:TargetFormatTypeDefinitionEntry" Shape::List(&Shape::Object(&FORMAT)),
);

table!(
    FORMAT:
    Must "config:FormatName" SHORT,
    Must "config:Description" LONG,
    Must "config:FormatRegex" LONG,
);

table!(
    TARGETINGS:
    May "config:TargetingConfiguration" Shape::List(&Shape::Object(&TARGETING)),
);

table!(
    TARGETING:
    Must "config:FormatName" SHORT,
    Must "config:FormatOwner" SHORT,
    May "config:Guidance" LONG,
    May "config:AssociatedLIServiceTypes" Shape::Object(&ENTRIES),
    May "config:AssociatedLDRequestTypes" Shape::Object(&ENTRIES),
    May "config:AssociatedLDRequestSubtypes" Shape::Object(&ENTRIES),
    May "config:AssociatedLPRequestTypes" Shape::Object(&ENTRIES),
    May "config:AssociatedLPRequestSubtypes" Shape::Object(&ENTRIES),
);

table!(
    LI_ENDPOINTS:
    May "config:SupportedLIWorkflowEndpoint" Shape::List(&Shape::Object(&LI_ENDPOINT)),
);

table!(
    LI_ENDPOINT:
    Must "config:LIWorkflowEndpoint" Shape::Entry(Some(LIWorkflowEndpoint::DICTIONARY)),
    May "config:Guidance" LONG,
    Must "config:URL" LONG,
);

table!(
    LP_ENDPOINTS:
    May "config:SupportedLPWorkflowEndpoint" Shape::List(&Shape::Object(&LP_ENDPOINT)),
);

table!(
    LP_ENDPOINT:
    Must "config:LPWorkflowEndpoint" Shape::Entry(Some(LPWorkflowEndpoint::DICTIONARY)),
    May "config:Guidance" LONG,
    Must "config:URL" LONG,
);

table!(
    LD_ENDPOINTS:
    May "config:SupportedLDWorkflowEndpoint" Shape::List(&Shape::Object(&LD_ENDPOINT)),
);

table!(
    LD_ENDPOINT:
    Must "config:LDWorkflowEndpoint" Shape::Entry(None),
    May "config:Guidance" LONG,
    Must "config:URL" LONG,
);
