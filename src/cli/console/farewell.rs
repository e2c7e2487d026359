//! What is said on the ordinary screen after the console was left in the middle of something.

use crate::app::App;

/// A few lines; none when there is nothing to say.
pub fn words(app: &App) -> Option<String> {
    app.deploying().and_then(|deploying| deploying.farewell())
}
