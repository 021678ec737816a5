"""What Optuna makes of a study of ours: `with_optuna.py show PATH` prints it, `with_optuna.py work PATH` goes on with it."""

import json
import sys

import optuna
from optuna.storages import RetryHeartbeatStaleTrialCallback as Retry
from optuna.trial import TrialState, create_trial

optuna.logging.set_verbosity(optuna.logging.ERROR)
task, path = sys.argv[1:]
study = optuna.load_study(storage=f"sqlite:///{path}", study_name="jets")


def shown(trial):
    return {
        "number": trial.number,
        "state": trial.state.name,
        "params": trial.params,
        "choices": {name: list(getattr(d, "choices", [])) for name, d in trial.distributions.items()},
        "values": [repr(value) for value in trial.values or []],
        "steps": {str(step): repr(value) for step, value in trial.intermediate_values.items()},
        "user_attrs": trial.user_attrs,
        "constraints": [repr(v) for v in trial.constraints.values()],
        "retry_of": Retry.retried_trial_number(trial),
        "history": Retry.retry_history(trial),
        "began": trial.datetime_start is not None,
        "ended": trial.datetime_complete is not None,
    }


def objective(trial):
    units = trial.suggest_categorical("fc1_units", [0.5, 1.0, 1.5])
    trial.suggest_categorical("fc1_kernel_quantizer", study.user_attrs["quantizers"])
    trial.set_user_attr("odd", float("nan"))
    return units, float("inf")


if task == "show":
    several = len(study.directions) > 1
    everything = {
        "directions": [direction.name for direction in study.directions],
        "metric_names": study.metric_names,
        "user_attrs": study.user_attrs,
        "best": [trial.number for trial in (study.best_trials if several else [study.best_trial])],
        "trials": [shown(trial) for trial in study.trials],
    }
    words = json.loads(json.dumps(everything), parse_constant=str)
    print(json.dumps(words))
if task == "work":
    study.optimize(objective, n_trials=2)
    study.ask()
    study.enqueue_trial({"fc1_units": 1.5, "fc1_kernel_quantizer": "ternary()"})
    study.enqueue_trial({"fc1_units": 1.5})
    other = {"x": optuna.distributions.FloatDistribution(0, 1)}
    study.add_trial(create_trial(state=TrialState.COMPLETE, values=[1, 2], params={"x": 0.5}, distributions=other))
