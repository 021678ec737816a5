//! What other programs have added to a study: Optuna, or its dashboard.

use crate::support::bench;
use rusqlite::Connection;

/// A trial that is done, better than all others, of which nothing else is known.
const BETTER: &str = "
    INSERT INTO trials (number, study_id, state) SELECT count(*), study_id, 'COMPLETE' FROM trials;
    INSERT INTO trial_values (trial_id, objective, value, value_type) SELECT max(trial_id), 0, 99, 'FINITE' FROM trials;";

#[test]
fn a_trial_of_which_nothing_is_known_is_no_member() {
    let bench =
        bench(&["goal: bits", "sampler: random", "trials: 6", "epochs: 2", "final: {epochs: 2, seeds: 1}"]);
    bench.run("study", &["--threads", "1"]);
    let before = bench.members("study");
    Connection::open(bench.path("study/study.db")).unwrap().execute_batch(BETTER).unwrap();
    bench.run("study", &["--threads", "1"]);
    assert_eq!(bench.trials("study").len(), 7);
    assert!(bench.members("study") == before);
}
