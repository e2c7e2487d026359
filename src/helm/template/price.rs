//! What functions cost in steps, by what they are given and what they make.
//!
//! A step is about a hundred nanoseconds, and nothing may be much cheaper here than it is on the machine: the budget is
//! what ends a hostile chart.

use crate::helm::value::{Elem, Value};

/// Bytes of text that are copied or searched within a step.
const BYTES: usize = 64;

/// Bytes that are made within a step: all that is made may be kept, and memory shall have an end, too.
const BYTES_MADE: usize = 32;

/// Items of a list or map that are passed over within a step.
const ITEMS: usize = 16;

/// Items that are made within a step.
const ITEMS_MADE: usize = 1;

/// What is nested deeper is not walked by any function.
const DEEPEST: usize = 256;

/// What a function costs beyond what all do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Steps for each call.
    pub call: u32,
    /// How many times longer than copying it takes to read an argument.
    pub reading: u32,
    /// It looks at everything below its arguments, not only at the arguments.
    pub deep: bool,
    /// It makes a value of many parts, all of them new.
    pub tree: bool,
    /// It compares the items of its first argument with each other, or with the other arguments.
    pub squared: bool,
}

impl Price {
    /// A function that looks at its arguments once.
    pub const PLAIN: Price = Price { call: 1, reading: 1, deep: false, tree: false, squared: false };

    /// Steps for a call with these arguments. When they are more than `left`, they may be any number above it.
    pub fn of(&self, arguments: &[Value], left: u64) -> u64 {
        let mut steps = u64::from(self.call) + arguments.len() as u64 / ITEMS as u64;
        for argument in arguments {
            let mut walk = Walk { steps: 0, left: left.saturating_sub(steps) / u64::from(self.reading.max(1)) + 1 };
            if self.deep {
                walk.deep(argument, 0)
            } else {
                walk.shallow(argument)
            }
            steps = steps.saturating_add(walk.steps.saturating_mul(u64::from(self.reading)));
            if steps > left {
                return steps;
            }
        }
        match arguments.iter().find_map(length_of_list) {
            Some(length) if self.squared => {
                let others = length.max(arguments.len()) as u64;
                steps.saturating_add((length as u64).saturating_mul(others) / 8)
            }
            _ => steps,
        }
    }
}

fn length_of_list(value: &Value) -> Option<usize> {
    match value {
        Value::List(list) => Some(list.len()),
        _ => None,
    }
}

impl Price {
    /// Steps for what a call made.
    pub fn of_made(&self, made: &Value, left: u64) -> u64 {
        if self.tree { of_printing(made, left) } else { of_made(made) }
    }
}

/// The price of a value that was made.
pub fn of_made(made: &Value) -> u64 {
    let steps = match made {
        Value::Str(text) => text.len() / BYTES_MADE,
        Value::List(list) => list.len() / ITEMS_MADE,
        Value::Map(map) => map.len() / ITEMS_MADE,
        _ => 0,
    };
    steps as u64
}

/// The price of printing a value. When it is more than `left`, it may be any number above it.
pub fn of_printing(value: &Value, left: u64) -> u64 {
    match value {
        Value::Str(text) => of_bytes(text.len()),
        Value::List(_) | Value::Map(_) | Value::Object(_) => {
            let mut walk = Walk { steps: 0, left: left.saturating_add(1) };
            walk.deep(value, 0);
            walk.steps
        }
        _ => 0,
    }
}

/// The price of bytes of text that are copied.
pub fn of_bytes(bytes: usize) -> u64 {
    (bytes / BYTES) as u64
}

/// A walk through a value that ends when it becomes too expensive: values are shared, and a small one may look like
/// one of any size.
struct Walk {
    steps: u64,
    left: u64,
}

impl Walk {
    fn shallow(&mut self, value: &Value) {
        self.steps += match value {
            Value::Str(text) => (text.len() / BYTES) as u64,
            Value::List(list) => (list.len() / ITEMS) as u64,
            Value::Map(map) => (map.len() / ITEMS) as u64,
            Value::Object(object) => object.weight(),
            _ => 0,
        };
    }

    fn deep(&mut self, value: &Value, depth: usize) {
        self.steps += 1;
        if depth > DEEPEST || self.steps > self.left {
            return;
        }
        match value {
            Value::List(list) if matches!(list.elem, Elem::Byte | Elem::Int) => self.steps += list.len() as u64 / 8,
            Value::List(list) => {
                for item in list.items.borrow().iter() {
                    self.deep(item, depth + 1);
                    if self.steps > self.left {
                        return;
                    }
                }
            }
            Value::Map(map) => {
                for (key, value) in map.entries.borrow().iter() {
                    self.steps += (key.len() / BYTES) as u64;
                    self.deep(value, depth + 1);
                    if self.steps > self.left {
                        return;
                    }
                }
            }
            other => self.shallow(other),
        }
    }
}
