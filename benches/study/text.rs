//! `study.md`: the study in tables.

use crate::claims::{self, points};
use crate::homogeneous;
use crate::lowered::LOSS;
use crate::networks::Network;
use crate::searches::Found;
use crate::study::{Front, RESOURCES, Study, WORST, accuracies, differences, tested};
use heteroq::config::Arithmetic;
use heteroq::metrics::spread::Spread;
use heteroq::report::number::{grouped, rounded, seconds, spread};
use std::fs;
use std::thread;

/// The whole text.
pub(crate) fn markdown(study: &Study) -> String {
    [
        head(study),
        rows(study),
        beside_ours(study),
        all_claims(study),
        fronts(study),
        within(study),
        peers(study),
        times(study),
        choices(study),
    ]
    .join("\n")
}

fn head(study: &Study) -> String {
    let p = study.protocol;
    let short = if p.quick {
        "**The short study: it shows that the program runs, and nothing else.**\n\n"
    } else {
        ""
    };
    let (trial_jets, nets) = (p.trials * p.epochs * p.events, p.bits.len() * p.factors.len());
    format!(
        "# The study of the AutoQKeras paper on our jets\n\n{short}Coelho et al., arXiv 2006.10159, repeated with the \
         16-64-32-32-5 network of `examples/jet_tagger`. The jets are not those of the paper, and harder: accuracies are \
         compared within this table alone.\n\n\
         - Command `make study`, heteroq {}, {}.\n\
         - LUT, FF, DSP, ns: heteroq's estimates for {} at {} MHz, not placed; latency by its delay model. Energy: the \
         45 nm ASIC model of QTools, nothing of an FPGA. AUC: the mean over the classes, each against the rest, of the outputs \
         themselves, without a softmax.\n\
         - Every network of a row is trained from nothing for {} epochs with the seeds 1 to {} (members of fronts: 1 to {}); \
         a seed draws the weights, the order, and which fifth of the training jets is kept for validation. Mean ± standard \
         deviation; differences are paired by seed. No choice looks at the test jets (60,000).\n\
         - float: no quantizers but the input's. BF: its weights as `ap_fixed<16,6>`. BP: the same, pruned to 70 % zeros from \
         an eighth to five eighths of the training. BH: fitted to the float network's ranges at 16 bits; then, from the first \
         layer to the last, kernel, bias and activation lose bits as long as the validation accuracy with all that was \
         lowered so far stays within k/n of {} points (the k-th of n tensors), for each seed anew; the layers below are those \
         of seed 1.\n\
         - Q6: `config.yaml` as it is. QE, QB, ours: `heteroq search`, goals energy, bits, LUTs (`shift_add`): {} trials × {} \
         epochs on {} jets, scored on 51,223 validation jets, `limit: {{dense: [8, 8, 4]}}`, AutoQKeras's lists, \
         `tune_filters: layer`, delta 8/8, rate 2, sampler `tpe`; the best mean score on validation jets after the full trainings is the row. `random`, `QE_random`, \
         `QB_random`: the same with the sampler `random`. `ours_warm`: as `ours`, with `warm_start`. `ours_uniform`: the same with the quantizers of the homogeneous \
         networks to choose from, for each tensor apart; `front_uniform`: the same with the sampler `nsga2`, for the front of \
         accuracy and LUTs in place of a score.\n\
         - homogeneous: {nets} networks of {} to {} bits with 0.5 to 2 times the neurons, seed 1, {} epochs on all training \
         jets, which are {} million jets seen in all, the trials of a search {} million; the best of them by the same rule, with the score of \
         `ours`.\n",
        env!("CARGO_PKG_VERSION"),
        machine(),
        study.example.hardware.target.name,
        study.example.hardware.clock_mhz,
        p.full_epochs,
        p.seeds,
        p.front_seeds,
        100.0 * LOSS,
        p.trials,
        p.epochs,
        grouped(p.events as u64),
        p.bits[0],
        p.bits[p.bits.len() - 1],
        p.first_epochs,
        homogeneous::jets_seen(p) / 1_000_000,
        trial_jets / 1_000_000,
    )
}

/// The processor and its cores.
fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{} cores of {}", cores, name.map_or("an unknown processor", |(_, name)| name))
}

fn rows(study: &Study) -> String {
    let head = "## Accuracy and cost\n\n\
                | | accuracy, % | − float, points | AUC | bits | energy, pJ (ASIC) | `shift_add`: LUT | FF | ns | \
                `multiply`: LUT | FF | DSP | ns |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    let float =
        |of: fn(&crate::after::Float) -> f64| Spread::of(&study.floats.iter().map(of).collect::<Vec<_>>());
    let float = format!(
        "| float | {} | | {} |{}\n",
        percents(float(|one| one.accuracy)),
        auc(float(|one| one.auc)),
        " – |".repeat(9)
    );
    format!("{head}{float}{}", study.rows.iter().map(|network| row(study, network)).collect::<String>())
}

fn row(study: &Study, network: &Network) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
        network.name,
        percents(network.spread(tested)),
        points(study.below_float(network)),
        auc(network.spread(|one| one.test.map_or(f64::NAN, |test| test.auc))),
        spread(network.spread(|one| one.bits), rounded),
        spread(network.spread(|one| one.energy), rounded),
        hardware(network, Arithmetic::ShiftAdd),
        hardware(network, Arithmetic::Multiply),
    )
}

/// LUT, FF, DSP if there are any, and ns.
fn hardware(network: &Network, arithmetic: Arithmetic) -> String {
    let shown = if arithmetic == Arithmetic::Multiply { 3 } else { 2 };
    let resources = RESOURCES.iter().take(shown);
    let mut cells: Vec<String> =
        resources.map(|(_, of)| spread(network.hardware(arithmetic, of), rounded)).collect();
    cells.push(spread(network.hardware(arithmetic, |h| h.latency_ns), |x| format!("{x:.1}")));
    cells.join(" | ")
}

/// Each quantized row beside ours: accuracy seed by seed, LUTs as a ratio.
fn beside_ours(study: &Study) -> String {
    let ours = study.row("ours");
    let lut = |network: &Network| network.hardware(Arithmetic::ShiftAdd, |h| h.lut).mean;
    let row = |network: &Network| {
        let accuracy = differences(&accuracies(network), &accuracies(ours));
        let times = lut(network) / lut(ours);
        format!("| {} | {} | {times:.2} |\n", network.name, points(accuracy))
    };
    let others = study.rows.iter().filter(|row| row.name != "ours");
    format!(
        "| | accuracy − ours, points | LUT / ours, `shift_add` |\n|---|---|---|\n{}",
        others.map(row).collect::<String>()
    )
}

fn all_claims(study: &Study) -> String {
    format!(
        "## What the paper claims\n\n| claim | products | accuracy, points | resources | |\n|---|---|---|---|---|\n{}",
        claims::rows(study).concat()
    )
}

fn fronts(study: &Study) -> String {
    let random = study.fronts.iter().find(|front| front.name == "random").map(Front::hypervolumes);
    let row = |front: &Front| {
        let volumes = front.hypervolumes();
        let beside = random.as_ref().filter(|_| front.name != "random");
        let beside = beside.map_or(String::new(), |random| signed(differences(&volumes, random)));
        let all = spread(Spread::of(&volumes), |x| format!("{x:.4}"));
        format!("| {} | {} | {all} | {beside} |\n", front.name, front.members.len())
    };
    format!(
        "## Fronts\n\nNetworks that no other of the same search beats in validation accuracy and the goal's cost, retrained. \
         Hypervolume in (ln LUT, accuracy) beyond {} LUTs and {} %, `shift_add`, test jets, by seed. Figures: [LUT](luts.svg), \
         [energy](energy.svg), [bits](bits.svg).\n\n| front | networks | hypervolume | − random |\n|---|---|---|---|\n{}\n\
         ![accuracy against LUTs](luts.svg)\n",
        rounded(WORST.0),
        100.0 * WORST.1,
        study.fronts.iter().map(row).collect::<String>()
    )
}

/// LUTs that a network may have.
const AT_MOST: [f64; 7] = [3_000.0, 5_000.0, 7_000.0, 10_000.0, 15_000.0, 20_000.0, 30_000.0];

/// What each front has for so many LUTs: the network that validates best among those within, on the test jets.
fn within(study: &Study) -> String {
    let lut = |network: &Network| network.hardware(Arithmetic::ShiftAdd, |h| h.lut).mean;
    let validation = |network: &Network| network.spread(|one| one.validation_accuracy).mean;
    let cell = |front: &Front, most: f64| {
        let within = front.members.iter().filter(|member| lut(member) <= most);
        let best = within.max_by(|a, b| validation(a).total_cmp(&validation(b)));
        best.map_or("–".to_owned(), |best| percents(best.spread(tested)))
    };
    let row = |front: &Front| {
        let cells = AT_MOST.map(|most| cell(front, most));
        format!("| {} | {} |\n", front.name, cells.join(" | "))
    };
    format!(
        "Test accuracy, %, of the network that validates best among those of a front with at most so many LUTs (`shift_add`, \
         means over the seeds):\n\n| front | {} |\n|---|{}\n{}",
        AT_MOST.map(rounded).join(" | "),
        "---|".repeat(AT_MOST.len()),
        study.fronts.iter().map(row).collect::<String>()
    )
}

fn signed(difference: Spread) -> String {
    let deviation = difference.deviation.map_or(String::new(), |deviation| format!(" ± {deviation:.4}"));
    format!("{:+.4}{deviation}", difference.mean).replace('-', "−")
}

fn peers(study: &Study) -> String {
    if study.peers.is_empty() {
        return "## AutoQKeras itself\n\nIts results (`make peers-autoqkeras`) were not there: it is left out.\n".to_owned();
    }
    let mut text = "## AutoQKeras itself\n\nQKeras 0.9, as `make peers-autoqkeras` leaves it. Its networks, those with \
                    hardware, are trained anew on the terms above; `AutoQKeras_…` in the other tables is the best of each goal.\n\n\
                    | goal | search | with its own weights, Keras | heteroq | same class |\n|---|---|---|---|---|\n"
        .to_owned();
    for peer in &study.peers {
        let (keras, ours) = peer.own;
        let percent = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{:.2} %", 100.0 * x));
        let (accuracy, same) = (ours.map(|ours| ours.test_accuracy), ours.map(|ours| ours.same_class));
        let cells = [percent(keras), percent(accuracy), percent(same)].join(" | ");
        text += &format!("| {} | {} | {cells} |\n", peer.goal, peer.said);
    }
    text
}

fn times(study: &Study) -> String {
    let said = |time: Option<f64>| {
        time.map_or("not measured: interrupted, or other work beside it".to_owned(), seconds)
    };
    let ours = |found: &Found| format!("| {} | {} |\n", found.wanted.name, said(found.seconds));
    let theirs = |peer: &crate::autoqkeras::Peer| {
        format!("| AutoQKeras, {} | {} |\n", peer.goal, seconds(peer.seconds))
    };
    let rows: String = study.searches.iter().map(ours).chain(study.peers.iter().map(theirs)).collect();
    format!(
        "## Wall time of all trials\n\nOurs on one thread, with another search on the other core; AutoQKeras alone, on two \
         threads.\n\n| search | time |\n|---|---|\n{rows}"
    )
}

fn choices(study: &Study) -> String {
    let plain = ["BF", "BP", "Q6"];
    let names = study.example.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(" | ");
    let row = |network: &Network| format!("| {} | {} |\n", network.name, network.layers.join(" | "));
    format!(
        "## What was chosen\n\nNeurons: kernel, bias, activation. BF, BP and Q6 are as said above.\n\n| | {names} |\n|---|{}\n{}",
        "---|".repeat(study.example.layers.len()),
        study.rows.iter().filter(|row| !plain.contains(&row.name.as_str())).map(row).collect::<String>()
    )
}

fn percents(figure: Spread) -> String {
    spread(figure, |x| format!("{:.2}", 100.0 * x))
}

fn auc(figure: Spread) -> String {
    spread(figure, |x| format!("{x:.4}"))
}

/// `study.csv`: every training, with both ways to make products.
pub(crate) fn csv(study: &Study) -> String {
    let mut text =
        "part,of,network,seed,accuracy,auc,validation_accuracy,bits,energy_pj,arithmetic,lut,ff,dsp,\
                    latency_cycles,latency_ns\n"
            .to_owned();
    for float in &study.floats {
        text += &format!("row,float,float,{},{},{},,,,,,,,,\n", float.seed, float.accuracy, float.auc);
    }
    for row in &study.rows {
        text += &lines("row", &row.name, row);
    }
    for front in &study.fronts {
        text += &front.members.iter().map(|member| lines("front", &front.name, member)).collect::<String>();
    }
    text
}

fn lines(part: &str, of: &str, network: &Network) -> String {
    let mut text = String::new();
    for (one, accuracy) in network.trained.iter().zip(accuracies(network)) {
        let auc = one.test.map_or(f64::NAN, |test| test.auc);
        for (word, arithmetic) in claims::ARITHMETICS {
            let hardware = crate::study::hardware(one, arithmetic);
            text += &format!(
                "{part},{of},{},{},{accuracy},{auc},{},{},{},{word},{},{},{},{},{}\n",
                network.name,
                one.seed,
                one.validation_accuracy,
                one.bits,
                one.energy,
                hardware.lut,
                hardware.ff,
                hardware.dsp,
                hardware.latency_cycles,
                hardware.latency_ns
            );
        }
    }
    text
}
