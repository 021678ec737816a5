//! The searches: what each of them wants, and what it found.

use crate::networks::{Network, School, words};
use crate::parallel;
use crate::protocol::{EXAMPLE, Protocol};
use heteroq::config::{self, Config};
use heteroq::flow::Failure;
use heteroq::flow::search::member::Member;
use heteroq::flow::search::results::folder_of;
use heteroq::flow::search::{self, Options};
use heteroq::tool;
use heteroq::verilog::folder::write_file;
use std::fs;
use std::path::Path;
use std::time::Instant;
use tracing::info_span;

/// A search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// What it is called.
    pub(crate) name: &'static str,
    /// The cost that counts.
    pub(crate) goal: &'static str,
    /// How points are chosen.
    pub(crate) sampler: &'static str,
    /// What they are chosen from.
    pub(crate) lists: Lists,
    /// Whether quantizers are alike first.
    pub(crate) warm: bool,
}

/// The quantizers that a search may choose.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lists {
    /// Those of AutoQKeras, with the limits of its notebook.
    AutoQKeras,
    /// Those of the homogeneous networks, for each tensor apart.
    Uniform,
}

/// All of them, those that take longest first. The last one wants a front, the others the best score.
pub(crate) const ALL: [Wanted; 9] = [
    Wanted { name: "ours", goal: "luts", sampler: "tpe", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "random", goal: "luts", sampler: "random", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "QE", goal: "energy", sampler: "tpe", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "QB", goal: "bits", sampler: "tpe", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "QE_random", goal: "energy", sampler: "random", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "QB_random", goal: "bits", sampler: "random", lists: Lists::AutoQKeras, warm: false },
    Wanted { name: "ours_warm", goal: "luts", sampler: "tpe", lists: Lists::AutoQKeras, warm: true },
    Wanted { name: "ours_uniform", goal: "luts", sampler: "tpe", lists: Lists::Uniform, warm: true },
    Wanted { name: "front_uniform", goal: "[luts]", sampler: "nsga2", lists: Lists::Uniform, warm: true },
];

impl Lists {
    /// As a config's `limit` says it.
    fn limit(self, protocol: &Protocol) -> String {
        let list = |quantizer: &dyn Fn(u32) -> String| {
            let all: Vec<String> =
                protocol.bits.iter().map(|bits| format!("\"{}\"", quantizer(*bits))).collect();
            format!("[{}]", all.join(", "))
        };
        match self {
            Lists::AutoQKeras => "[8, 8, 4]".to_owned(),
            Lists::Uniform => {
                let parameters = list(&|bits| format!("quantized_bits({bits}, 0, alpha=1)"));
                let activations = list(&|bits| format!("quantized_relu({bits}, 0, round='half_up')"));
                format!("[{parameters}, {parameters}, {activations}]")
            }
        }
    }
}

/// What a search found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What was wanted.
    pub(crate) wanted: Wanted,
    /// The network of the best score, and then the others of the front.
    pub(crate) members: Vec<Network>,
    /// The best one, to be trained with more seeds.
    pub(crate) best: Config,
    /// What its cost was compared with.
    pub(crate) reference: f64,
    /// Wall time of all trials, unless they were interrupted.
    pub(crate) seconds: Option<f64>,
}

impl Wanted {
    /// The config of the search.
    pub(crate) fn config(&self, protocol: &Protocol) -> Result<Config, Failure> {
        let Wanted { name, goal, sampler, lists, warm } = self;
        let score = match *sampler {
            "nsga2" => "",
            _ => "  score: {delta_p: 8, delta_n: 8, rate: 2, stress: 1}\n",
        };
        let Protocol { trials, epochs, events, full_epochs, front_seeds, .. } = protocol;
        let text = format!(
            "{}\nsearch:\n  goal: {goal}\n{score}  limit: {{dense: {}}}\n  tune_filters: layer\n  \
             sampler: {sampler}\n  warm_start: {warm}\n  trials: {trials}\n  epochs: {epochs}\n  events: {events}\n  \
             final: {{epochs: {full_epochs}, seeds: {front_seeds}}}\n",
            protocol.text(name),
            lists.limit(protocol)
        );
        Ok(config::parse(&text, Path::new(EXAMPLE))?)
    }
}

/// Every search to its end, two at once, each of one worker and one thread, so that it gives the same trials again.
pub(crate) fn all(protocol: &Protocol) -> Result<Vec<Found>, Failure> {
    parallel::each(ALL.to_vec(), |wanted| one(protocol, wanted))
}

fn one(protocol: &Protocol, wanted: Wanted) -> Result<Found, Failure> {
    let _span = info_span!("search of", name = wanted.name).entered();
    let (config, folder) = (wanted.config(protocol)?, protocol.folder.join(wanted.name));
    let options = |worker| Options { trials: None, jobs: 1, worker, threads: 1, folder: folder.clone() };
    let seconds = timed(&folder, || search::search(&config, &options(true)).map(drop))?;
    let found = search::search(&config, &options(false))?.expect("it is no worker");
    let members: Result<Vec<Network>, Failure> =
        found.members.iter().map(|member| network(&folder, member)).collect();
    let best = config::load(&folder_of(&folder, found.members[0].trial).join("config.yaml"))?;
    let reference = reference(&found.members[0], wanted.goal);
    Ok(Found { wanted, members: members?, best, reference, seconds })
}

/// The time that `trials` take; none if some of them were done before.
fn timed(folder: &Path, trials: impl FnOnce() -> Result<(), Failure>) -> Result<Option<f64>, Failure> {
    let (path, fresh, begun) = (folder.join("seconds"), !folder.exists(), Instant::now());
    trials()?;
    if fresh {
        tool::uninterrupted(|| write_file(&path, begun.elapsed().as_secs_f64().to_string()))??;
    }
    Ok(fs::read_to_string(&path).ok().and_then(|text| text.parse().ok()))
}

fn network(folder: &Path, member: &Member) -> Result<Network, Failure> {
    let config = config::load(&folder_of(folder, member.trial).join("config.yaml"))?;
    let name = format!("trial {}", member.trial);
    Ok(Network { name, layers: words(&config), trained: member.trained.clone() })
}

/// The cost of the reference, from a trial's score: `score = metric · (1 + 8/100 · log2(reference / cost))`.
fn reference(member: &Member, goal: &str) -> f64 {
    let tried = &member.tried;
    let cost = match goal {
        "bits" => tried.bits,
        "energy" => tried.energy,
        _ => tried.hardware.map_or(f64::NAN, |hardware| hardware.lut),
    };
    let score = member.values.get("score").copied().unwrap_or(f64::NAN);
    cost * libm::exp2((score / tried.metric - 1.0) / 0.08)
}

/// The network of the best score with the seeds of a row.
pub(crate) fn row(school: &School, found: &Found, name: &str) -> Result<Network, Failure> {
    let wanted = [(format!("{name}_more"), found.best.clone())];
    let mut more = school.all(&wanted, school.protocol.more_seeds())?;
    let best = found.members[0].clone();
    let trained = [best.trained, more.remove(0).trained].concat();
    Ok(Network { name: name.to_owned(), layers: best.layers, trained })
}
