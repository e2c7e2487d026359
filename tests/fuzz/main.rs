//! Replays the kept corpora of the fuzzer: no input ends in a panic, a stack overflow or a hang, and none takes more memory
//! than it should. `tests/fuzz/run TARGET SECONDS` looks for new ones.

mod corpus;
mod dictionary;
mod feed;
mod targets;

macro_rules! doors {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            feed::replayed(stringify!($name));
        })*

        #[test]
        fn every_door_is_tested() {
            let doors: Vec<&str> = targets::TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(doors, [$(stringify!($name)),*]);
        }
    };
}

doors!(template chart yaml set archive index record registry answers);
