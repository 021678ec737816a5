//! Two things at once: a training of one thread leaves the other core free.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// What `work` makes of each of `tasks`, in their order, one for each core at a time; the first failure of them, if there is
/// one. After a failure no other task is begun.
pub(crate) fn each<T: Send, R: Send, E: Send>(
    tasks: Vec<T>,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let mut results: Vec<Option<Result<R, E>>> = tasks.iter().map(|_| None).collect();
    let left = Mutex::new(tasks.into_iter().zip(results.iter_mut()));
    let next = || left.lock().expect("no worker panics while it takes a task").next();
    let worker = || {
        while let Some((task, place)) = next() {
            let result = work(task);
            let failed = result.is_err();
            *place = Some(result);
            if failed {
                while next().is_some() {}
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(worker);
        }
    });
    drop(left);
    results.into_iter().flatten().collect()
}
