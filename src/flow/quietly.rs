//! Work among much other work of its kind, of which nobody wants to hear each warning.

use tracing::subscriber::{NoSubscriber, with_default};

/// What `work` gives; what it says on the way is not heard.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    with_default(NoSubscriber::new(), work)
}
