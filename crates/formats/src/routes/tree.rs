//! Whether the search tree of a MaxMind DB can be walked: a broken one can lead back into itself, and
//! the library would follow for ever, or into the gap before the data, where its reckoning ends below zero.

/// Deepest path of an address in bits.
const DEEPEST: u8 = 128;

/// Bytes between the tree and the data, to which no record leads (MaxMind DB specification 2.0).
const SEPARATOR: u32 = 16;

/// What is known of a node.
#[derive(Clone, Copy)]
enum Node {
    Unseen,
    /// On the path that is being walked: meeting it again is a circle.
    Open,
    /// Longest way down from here, and number of ways.
    Done {
        depth: u8,
        ways: u64,
    },
}

/// Whether every path ends within the bits of an address, at data or at nothing, and there are at most so many of them.
/// The tree begins with the file; its layout is that of the MaxMind DB specification 2.0.
pub(super) fn is_sound(bytes: &[u8], count: u32, record_bits: u16, most: u64) -> bool {
    let size = usize::from(record_bits) / 4;
    let fits = (count as usize).checked_mul(size).is_some_and(|length| length <= bytes.len());
    if !matches!(record_bits, 24 | 28 | 32) || !fits {
        return false;
    }
    let mut nodes = vec![Node::Unseen; count as usize];
    let mut path: Vec<u32> = vec![0];
    while let Some(&top) = path.last() {
        let children = bytes.get(top as usize * size..).and_then(|node| children(node, record_bits));
        let Some(children) = children else { return false };
        if children.iter().any(|child| *child > count && child - count < SEPARATOR) {
            return false;
        }
        let state = |nodes: &[Node], child: u32| match nodes.get(child as usize) {
            Some(node) => *node,
            None => Node::Done { depth: 0, ways: 1 },
        };
        let states = children.map(|child| state(&nodes, child));
        let next = match states {
            [Node::Done { depth: a, ways: x }, Node::Done { depth: b, ways: y }] => {
                path.pop();
                Node::Done { depth: a.max(b).saturating_add(1), ways: x.saturating_add(y) }
            }
            [Node::Open, _] | [_, Node::Open] => return false,
            [Node::Unseen, _] => {
                path.push(children[0]);
                Node::Open
            }
            [_, Node::Unseen] => {
                path.push(children[1]);
                Node::Open
            }
        };
        if path.len() > usize::from(DEEPEST)
            || matches!(next, Node::Done { depth, ways } if depth > DEEPEST || ways > most)
        {
            return false;
        }
        if let Some(node) = nodes.get_mut(top as usize) {
            *node = next;
        }
    }
    true
}

/// The two records of a node.
fn children(node: &[u8], record_bits: u16) -> Option<[u32; 2]> {
    Some(match (record_bits, node) {
        (24, [a, b, c, d, e, f, ..]) => [u32::from_be_bytes([0, *a, *b, *c]), u32::from_be_bytes([0, *d, *e, *f])],
        (28, [a, b, c, m, d, e, f, ..]) => {
            [u32::from_be_bytes([m >> 4, *a, *b, *c]), u32::from_be_bytes([m & 15, *d, *e, *f])]
        }
        (32, [a, b, c, d, e, f, g, h, ..]) => {
            [u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h])]
        }
        _ => return None,
    })
}
