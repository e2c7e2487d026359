//! Work on a long list that a second thread shares.

use std::slice::Iter;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Shorter lists are not worth a thread.
const FEWEST: usize = 32;

/// Stack of the second thread, in bytes, as the first one has it; what is not used costs nothing.
const STACK: usize = 16 << 20;

/// What `work` makes of each item, in their order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_with(items, || (), |(), item| work(item))
}

/// The same where each thread has something of its own, which it begins with.
///
/// One thread takes from the front and one from the back until they meet: what is alike stands together and so is
/// mostly seen by the same thread, and neither waits for the other.
pub fn map_with<'i, T: Sync, S, R: Send>(
    items: &'i [T],
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let left = Mutex::new(items.iter());
    let take = |next: fn(&mut Iter<'i, T>) -> Option<&'i T>| {
        let mut own = begin();
        let next = || next(&mut left.lock().unwrap_or_else(PoisonError::into_inner));
        std::iter::from_fn(next).map(|item| work(&mut own, item)).collect::<Vec<R>>()
    };
    if items.len() < FEWEST {
        return take(Iter::next);
    }
    thread::scope(|scope| {
        let other = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || take(Iter::next_back));
        let mut made = take(Iter::next);
        // Without a second thread the first one has taken all.
        match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(behind)) => made.extend(behind.into_iter().rev()),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => {}
        }
        made
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_order_stays() {
        for length in [0, 1, super::FEWEST - 1, super::FEWEST, 1001] {
            let items: Vec<usize> = (0..length).collect();
            assert_eq!(super::map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_thread_has_something_of_its_own() {
        let items = [(); 1001];
        let counted = super::map_with(
            &items,
            || 0,
            |count, ()| {
                *count += 1;
                *count
            },
        );
        let front = 1 + counted.windows(2).take_while(|pair| pair[1] == pair[0] + 1).count();
        assert!(counted[..front].iter().copied().eq(1..=front), "{counted:?}");
        assert!(counted[front..].iter().rev().copied().eq(1..=items.len() - front), "{counted:?}");
    }
}
