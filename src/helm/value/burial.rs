//! Dropping deep values without deep recursion.
//!
//! A loop in a template can nest a map in a map a million times; dropping it naively would need as many stack
//! frames. The children of a container that dies are therefore put on a list that the outermost drop works off.

use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;

use super::{List, Map, Value};

thread_local! {
    static ACTIVE: Cell<bool> = const { Cell::new(false) };
    static PENDING: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

impl Drop for List {
    fn drop(&mut self) {
        if let Some(items) = Rc::get_mut(&mut self.items) {
            bury(items.take().into_iter());
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        if let Some(entries) = Rc::get_mut(&mut self.entries) {
            bury(mem::take(entries.get_mut()).into_iter().map(|(_, value)| value));
        }
    }
}

fn bury(children: impl Iterator<Item = Value>) {
    let mut containers = children.filter(|child| matches!(child, Value::List(_) | Value::Map(_))).peekable();
    if containers.peek().is_none() {
        return;
    }
    // The thread may be ending, in which case its list is gone: then the plain recursion has to do.
    if ACTIVE.try_with(|active| active.replace(true)).unwrap_or(true) {
        let _ = PENDING.try_with(|pending| pending.borrow_mut().extend(containers));
        return;
    }
    containers.for_each(drop);
    while let Ok(Some(next)) = PENDING.try_with(|pending| pending.borrow_mut().pop()) {
        drop(next);
    }
    ACTIVE.with(|active| active.set(false));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_nested_maps_are_dropped() {
        let mut value = Value::map();
        for i in 0..1_000_000 {
            value = if i % 2 == 0 {
                Value::list(vec![value])
            } else {
                let map = Map::default();
                map.insert("a", value);
                Value::Map(map)
            };
        }
        drop(value);
        assert!(PENDING.with(|pending| pending.borrow().is_empty()));
    }
}
