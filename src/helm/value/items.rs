//! The elements of a slice.
//!
//! The bytes of a file stay as they are until somebody wants them one by one: as values they take 24 times the memory,
//! and charts range over megabytes of files only to know their names.

use std::cell::{OnceCell, Ref, RefCell, RefMut};

use bytes::Bytes;

use super::Value;

/// Elements, or the bytes that they can be made of.
#[derive(Default)]
pub struct Items {
    text: Bytes,
    values: OnceCell<RefCell<Vec<Value>>>,
}

impl Items {
    /// The bytes of `text`.
    pub(super) fn of_bytes(text: Bytes) -> Items {
        Items { text, values: OnceCell::new() }
    }

    fn values(&self) -> &RefCell<Vec<Value>> {
        self.values.get_or_init(|| RefCell::new(self.text.iter().copied().map(Value::Byte).collect()))
    }

    /// The elements.
    pub fn borrow(&self) -> Ref<'_, Vec<Value>> {
        self.values().borrow()
    }

    /// The elements, to be changed.
    pub fn borrow_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.values().borrow_mut()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.get().map_or(self.text.len(), |values| values.borrow().len())
    }

    /// As text, if all of them are bytes.
    pub(super) fn text(&self) -> Bytes {
        let byte = |value: &Value| if let Value::Byte(byte) = value { *byte } else { 0 };
        match self.values.get() {
            Some(values) => values.borrow().iter().map(byte).collect(),
            None => self.text.clone(),
        }
    }

    /// Takes the elements out, as far as they were made.
    pub(super) fn take(&mut self) -> Vec<Value> {
        self.values.take().map(RefCell::into_inner).unwrap_or_default()
    }
}

impl From<Vec<Value>> for Items {
    fn from(values: Vec<Value>) -> Items {
        Items { text: Bytes::new(), values: OnceCell::from(RefCell::new(values)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_made_to_values_only_when_somebody_looks() {
        let items = Items::of_bytes(Bytes::from_static(b"night"));
        assert_eq!((items.len(), items.text().as_ref()), (5, b"night".as_slice()));
        assert!(items.values.get().is_none());
        assert!(matches!(items.borrow()[..], [Value::Byte(b'n'), ..]));
        assert_eq!((items.len(), items.text().as_ref()), (5, b"night".as_slice()));
    }
}
