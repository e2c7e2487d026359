use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(u8, u8),
    Remove(u8),
    Change(u8, u8),
    Make(u8, u8),
    Extend(Vec<(u8, u8)>),
}

fn step() -> impl Strategy<Value = Step> {
    let (key, value) = (any::<u8>(), any::<u8>());
    prop_oneof![
        20 => (key, value).prop_map(|(k, v)| Step::Insert(k, v)),
        4 => key.prop_map(Step::Remove),
        2 => (key, value).prop_map(|(k, v)| Step::Change(k, v)),
        4 => (key, value).prop_map(|(k, v)| Step::Make(k, v)),
        1 => proptest::collection::vec((key, value), 0..90).prop_map(Step::Extend),
    ]
}

proptest! {
    #[test]
    fn it_is_what_a_tree_is(steps in proptest::collection::vec(step(), 0..150)) {
        let (mut sorted, mut tree) = (SortedMap::new(), BTreeMap::new());
        for step in steps {
            match step {
                Step::Insert(k, v) => prop_assert_eq!(sorted.insert(k, v), tree.insert(k, v)),
                Step::Remove(k) => prop_assert_eq!(sorted.remove(&k), tree.remove(&k)),
                Step::Change(k, v) => {
                    prop_assert_eq!(sorted.get_mut(&k).map(|at| *at = v), tree.get_mut(&k).map(|at| *at = v));
                }
                Step::Make(k, v) => {
                    prop_assert_eq!(sorted.get_or_insert_with(k, || v), tree.entry(k).or_insert(v));
                }
                Step::Extend(more) => {
                    sorted.extend(more.clone());
                    tree.extend(more);
                }
            }
            prop_assert_eq!(sorted.len(), tree.len());
            prop_assert!(sorted.iter().eq(tree.iter()));
            prop_assert!(sorted.iter_mut().eq(tree.iter_mut()));
            prop_assert!((0..=u8::MAX).all(|k| sorted.get(&k) == tree.get(&k)));
        }
        prop_assert_eq!(&tree.clone().into_iter().collect::<SortedMap<_, _>>(), &sorted);
        prop_assert!(sorted.into_iter().eq(tree));
    }
}
