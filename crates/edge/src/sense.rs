//! The sensors: packets of dark addresses, from file or wire, to aggregates and detections.
