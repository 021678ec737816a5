//! What a search says at its end: on standard output, and in `search.md`.

use super::line::cost_text;
use super::member::Member;
use super::members::members;
use super::plan::Plan;
use super::results::{Found, folder_of};
use super::{rows, table, tuned};
use crate::config::search::Judge;
use crate::report::number;
use crate::search::score::metric_name;
use crate::search::trial::{State, Trial};
use std::fmt::Write;
use std::path::Path;

/// For standard output: tables, what they say, and what to do next. Before the best networks are trained in full, the trials.
pub fn text(plan: &Plan, trials: &[Trial], found: &Found) -> String {
    let counted = rows::counted(&found.trials, plan.trials);
    let Some((what, best)) = best(plan, &found.members) else {
        let table = table::trials(plan, &found.trials, trials);
        return format!("{table}\n{counted}\n{}\n", unfinished(plan, trials));
    };
    let config = folder_of(&found.folder, best.trial).join("config.yaml");
    format!(
        "{}\n{counted}{}\n{what}: trial {} in {}\nnext: heteroq run {}\n",
        tables(plan, found),
        compared(plan),
        best.trial,
        folder_of(&found.folder, best.trial).display(),
        quoted(&config),
    )
}

/// The member to begin with, and what it is: none is the best of a front, where the metric on the validation events decides;
/// one that trials found within the budget may be over it in full.
fn best<'a>(plan: &Plan, members: &'a [Member]) -> Option<(String, &'a Member)> {
    let first = members.first()?;
    let metric = |member: &&Member| member.spread(|one| one.validation_metric).mean;
    Some(match plan.search.judge {
        Judge::Front => {
            let most = members.iter().rev().max_by(|a, b| metric(a).total_cmp(&metric(b)))?;
            (format!("highest {}", metric_name(plan.search.metric)), most)
        }
        Judge::Budget(_) if first.violation > 0.0 => ("over the budget, but nearest to it".to_owned(), first),
        _ => ("best".to_owned(), first),
    })
}

/// Why there are no networks that were trained in full.
fn unfinished(plan: &Plan, trials: &[Trial]) -> &'static str {
    match trials.iter().any(|trial| trial.state == State::Complete) && members(plan, trials).is_empty() {
        true => "none of them is within the budget",
        false => "the best networks are not all trained in full yet",
    }
}

/// The table of the best networks, and the front.
fn tables(plan: &Plan, found: &Found) -> String {
    let seeds = number::count(plan.search.last.seeds as u64, "seed");
    let events = if plan.config.data.test.is_some() { "the test file" } else { "the validation events" };
    let tuned = found.members.iter().filter_map(|member| Some((member.trial, member.fine_tuned.as_ref()?)));
    let tuned: String = tuned.map(|(trial, tuned)| format!("\n{}\n", tuned::said(trial, tuned))).collect();
    format!(
        "{}\n{} of {}, {seeds} each, ranked by the validation events; accuracy and AUC on {events}\n\n{}{tuned}",
        table::ranked(plan, &found.members),
        number::count(found.members.len() as u64, "network"),
        number::count(plan.trials.max(found.trials.len() as u64), "trial"),
        table::front(plan, &found.members, &found.front),
    )
}

/// What costs were compared with.
fn compared(plan: &Plan) -> String {
    match (&plan.search.judge, plan.reference) {
        (Judge::Score(_), Some(cost)) => {
            format!("; the reference costs {}", cost_text(plan.search.goals[0], cost))
        }
        (Judge::Budget(budget), _) => {
            let most: Vec<String> = budget.iter().map(|(goal, most)| cost_text(*goal, *most)).collect();
            format!("; the budget is {}", most.join(", "))
        }
        _ => String::new(),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// `search.md`: the same, with these pictures.
pub fn markdown(plan: &Plan, found: &Found, pictures: &[(String, String)]) -> String {
    let counted = rows::counted(&found.trials, plan.trials);
    let mut text =
        format!("# {}\n\n{}\n{counted}{}\n", plan.config.name, tables(plan, found), compared(plan));
    for (file, _) in pictures {
        let _ = write!(text, "\n![{}]({file})\n", file.trim_end_matches(".svg").replace('_', ", "));
    }
    text += "\n`front.csv` has the figures of the networks, `trials.csv` those of every trial.\n";
    text
}
