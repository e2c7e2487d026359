//! Every stop in every size and theme.

use crate::console::{Console, SMALL};

#[test]
fn look() {
    let mut console = Console::fresh(SMALL);
    console.press("<Enter><Up><Up><Up><Up><Up><Up><Up><Up><Up><Enter>");
    println!("{}\n", console.frame());
    console.press("]]");
    println!("{}\n", console.frame());
    console.press("]");
    println!("{}\n", console.frame());
    console.press("<Down><Down><Down><Down><Enter>");
    println!("{}\n", console.frame());
    console.press("<Enter>");
    console.paste("secret\x1b[31m\n");
    println!("{}\n", console.frame());
    console.press("<Enter><Down><Down><Down><Down> ");
    println!("{}\n", console.frame());
    console.press("]]]]<Down><Down><Down><Enter>dedicated=spark:NoSchedule<Enter>x:Bad");
    println!("{}\n", console.frame());
    console.press("<Esc>]");
    println!("{}\n", console.frame());
    console.press(" <Right><Enter><Back>9<Enter>");
    println!("{}\n", console.frame());
    console.press("]/sched<Enter> ");
    println!("{}\n", console.frame());
    console.press("<Enter>");
    println!("{}\n", console.frame());
    console.press("<Enter>");
    println!("{}\n", console.frame());
    console.press("<Esc><Esc>]");
    println!("{}\n", console.frame());
    console.press("<Tab>");
    println!("{}\n", console.frame());
    console.press("[[[/prefix");
    println!("{}\n", console.frame());
    console.press("<Esc>W");
    println!("{}\n", console.frame());
    console.press("<Esc><C-s>");
    println!("{}\n", console.frame());
}
