//! The cursor of a list: where it is, and which row is the first on the screen.

use super::keys::Action;
use super::view::Shown;

/// A cursor in a list whose rows may come and go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct List {
    /// The row the cursor is on.
    pub selected: usize,
    /// The first row on the screen.
    pub first: usize,
}

impl List {
    /// Moves as an action says; `rows` are the rows it may stand on, in order. False when it is no movement.
    pub fn act(&mut self, action: Action, rows: &[usize], shown: Shown) -> bool {
        self.first = shown.first;
        let at = rows.partition_point(|row| *row < self.selected);
        let page = shown.height.saturating_sub(1).max(1);
        let last = rows.len().saturating_sub(1);
        let to = match action {
            Action::Up => at.saturating_sub(1),
            Action::Down => at + 1,
            Action::PageUp => rows.partition_point(|row| *row < self.selected.saturating_sub(page)),
            Action::PageDown => rows.partition_point(|row| *row < self.selected + page),
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        if let Some(row) = rows.get(to.min(last)) {
            self.selected = *row;
        }
        if action == Action::First {
            self.first = 0;
        }
        true
    }

    /// Moves in a list in which the cursor may stand on every row.
    pub fn act_all(&mut self, action: Action, len: usize, shown: Shown) -> bool {
        self.first = shown.first;
        let page = shown.height.saturating_sub(1).max(1);
        let last = len.saturating_sub(1);
        self.selected = match action {
            Action::Up => self.selected.saturating_sub(1),
            Action::Down => self.selected.saturating_add(1),
            Action::PageUp => self.selected.saturating_sub(page),
            Action::PageDown => self.selected.saturating_add(page),
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        }
        .min(last);
        true
    }

    /// Puts the cursor on another row without moving what is around it: the row of the same thing after rows above it
    /// came or went.
    pub fn keep(&mut self, selected: usize) {
        self.first = (self.first + selected).saturating_sub(self.selected);
        self.selected = selected;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: Shown = Shown { first: 0, height: 5 };

    #[test]
    fn it_steps_over_rows_that_cannot_be_chosen() {
        let mut list = List::default();
        let rows = [0, 1, 4, 6];
        list.act(Action::Down, &rows, SHOWN);
        list.act(Action::Down, &rows, SHOWN);
        assert_eq!(list.selected, 4);
        list.act(Action::Last, &rows, SHOWN);
        list.act(Action::Down, &rows, SHOWN);
        assert_eq!(list.selected, 6);
        list.act(Action::PageUp, &rows, SHOWN);
        assert_eq!(list.selected, 4, "4 rows up is row 2, which cannot be chosen");
    }

    #[test]
    fn an_empty_list_is_no_trap() {
        let mut list = List::default();
        for action in [Action::Up, Action::Down, Action::PageDown, Action::Last, Action::First] {
            assert!(list.act(action, &[], SHOWN));
            assert!(list.act_all(action, 0, SHOWN));
            assert_eq!(list.selected, 0);
        }
        assert!(!list.act_all(Action::Open, 0, SHOWN));
    }

    #[test]
    fn a_row_keeps_its_place_when_rows_come_above_it() {
        let mut list = List { selected: 7, first: 5 };
        list.keep(9);
        assert_eq!(list, List { selected: 9, first: 7 });
    }
}
