//! Work that a second thread shares: long lists, lists that are still being made, and two things at once.

use std::mem;
use std::slice::Iter;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Shorter lists are not worth a thread.
const FEWEST: usize = 32;

/// What is still being made is handed over in such portions: to wake the second thread takes as long as an item or two.
const PORTION: usize = 16;

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
        let other = second(scope, || take(Iter::next_back));
        let mut made = take(Iter::next);
        made.extend(joined(other).into_iter().rev());
        made
    })
}

/// What `work` makes of each item that `make` gives away, in their order. The second thread begins with the first ones
/// while others are still being made; then the first one helps.
///
/// # Errors
/// That of `make`; what was not begun yet is left.
pub fn behind<T: Send, R: Send, E>(
    make: impl FnOnce(&mut dyn FnMut(T)) -> Result<(), E>,
    work: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>, E> {
    let failed = AtomicBool::new(false);
    let (give, given) = mpsc::channel::<(usize, Vec<T>)>();
    let given = Mutex::new(given);
    let next = |given: &Mutex<Receiver<_>>| given.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let take = || {
        let given = std::iter::from_fn(|| next(&given).filter(|_| !failed.load(Ordering::Relaxed)));
        given.map(|(at, items)| (at, items.into_iter().map(&work).collect())).collect::<Vec<(usize, Vec<R>)>>()
    };
    thread::scope(|scope| {
        let (mut portion, mut count, mut other) = (Vec::new(), 0, None);
        let made = make(&mut |item| {
            portion.push(item);
            if portion.len() == PORTION {
                other.get_or_insert_with(|| second(scope, take));
                // Both ends live as long as this.
                let _ = give.send((count, mem::take(&mut portion)));
                count += 1;
            }
        });
        failed.store(made.is_err(), Ordering::Relaxed);
        for item in portion {
            let _ = give.send((count, vec![item]));
            count += 1;
        }
        drop(give);
        let mut worked = take();
        worked.extend(other.map(joined).unwrap_or_default());
        worked.sort_unstable_by_key(|(at, _)| *at);
        made.map(|()| worked.into_iter().flat_map(|(_, results)| results).collect())
    })
}

/// What both give; the other one's is worked out by the second thread.
pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl Fn() -> B + Sync) -> (A, B) {
    let other = &other;
    thread::scope(|scope| {
        let second = second(scope, move || Some(other()));
        (one(), joined(second).unwrap_or_else(other))
    })
}

/// The second thread; without one the first does all of the work.
fn second<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, R>> {
    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()
}

/// What the second thread did.
fn joined<R: Default>(other: Option<ScopedJoinHandle<R>>) -> R {
    match other.map(ScopedJoinHandle::join) {
        Some(Ok(made)) => made,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => R::default(),
    }
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
    fn the_order_of_what_is_still_being_made_stays() {
        for length in [0, 1, super::PORTION - 1, super::PORTION, 1001] {
            let make = |give: &mut dyn FnMut(usize)| {
                (0..length).for_each(give);
                Ok::<(), ()>(())
            };
            let made = super::behind(make, |item| item * 2).unwrap();
            assert_eq!(made, (0..length).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_fails_while_it_is_made_is_told() {
        let make = |give: &mut dyn FnMut(usize)| {
            (0..1000).for_each(give);
            Err("no")
        };
        assert_eq!(super::behind(make, |item| item).unwrap_err(), "no");
    }

    #[test]
    #[should_panic = "while it was made"]
    fn a_panic_ends_both_threads() {
        let make = |give: &mut dyn FnMut(usize)| {
            (0..1000).for_each(give);
            panic!("while it was made")
        };
        let _: Result<_, ()> = super::behind(make, |item| item);
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
