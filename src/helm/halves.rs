//! Work on a long list that a second thread shares.

use std::thread;

/// Shorter lists are not worth a thread.
const FEWEST: usize = 32;

/// Stack of the second thread, in bytes, as the first one has it; what is not used costs nothing.
const STACK: usize = 16 << 20;

/// What `work` makes of each item, in their order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let all = |items: &[T]| items.iter().map(&work).collect::<Vec<R>>();
    if items.len() < FEWEST {
        return all(items);
    }
    let (here, there) = items.split_at(items.len() / 2);
    thread::scope(|scope| {
        let other = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || all(there));
        let mut made = all(here);
        made.extend(match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(made)) => made,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => all(there),
        });
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
}
