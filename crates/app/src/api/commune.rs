//! "Toàn xã": the merged picture.

use super::{RowState, data};

data! {
    /// What the picture is asked for.
    #[derive(Default)]
    pub struct OverviewAsk {
        /// `year`, `half`, `quarter`, `month`; empty: the year.
        pub span: String,
        /// A day in it, `2025-06-10`; empty: today.
        pub day: String,
        /// `then`: by the villages of that time; else by today's.
        #[serde(default)]
        pub villages: String,
    }

    /// What stands at the head of a printed page.
    pub struct DocumentHead {
        /// Who stands above the commune, a line each.
        pub superiors: Vec<String>,
        /// The commune, under its name of the day.
        pub commune: String,
    }

    /// The merged picture.
    pub struct Overview {
        /// The head of the page, as of the day for which it is.
        pub head: DocumentHead,
        /// By which villages it can be counted; empty: the same villages were there as today.
        pub villages: Vec<super::Choice>,
        /// By which it is counted: `now` or `then`.
        pub by_villages: String,
        /// The period in words.
        pub period: String,
        /// The periods to choose from.
        pub spans: Vec<super::Choice>,
        /// The span in use.
        pub span: String,
        /// A day of the period before, if there is one; of the next, if it has begun.
        pub before: Option<String>,
        /// A day of the next period.
        pub after: Option<String>,
        /// "Số liệu đến 05/01/2026 20:05 · 5/6 thôn đã gửi trong 7 ngày".
        pub freshness: String,
        /// Villages that were not heard from for long, in words.
        pub silent: Vec<String>,
        /// What must be handled.
        pub handle: Vec<HandleRow>,
        /// The columns.
        pub columns: Vec<FigureColumn>,
        /// A row a village, then the units.
        pub rows: Vec<FigureRow>,
        /// The commune.
        pub total: FigureRow,
        /// What a picture tells more of.
        pub charts: Vec<ChartSeries>,
    }

    /// Something to be handled, a link.
    pub struct HandleRow {
        /// What.
        pub says: String,
        /// How many.
        pub count: usize,
        /// How urgent.
        pub state: RowState,
        /// Where it leads: `tasks`, `care`, `tips`, `review`, `exchange`, `people`.
        pub to: String,
    }

    /// A column of figures.
    pub struct FigureColumn {
        /// The indicator's code and measure.
        pub id: String,
        /// The heading.
        pub label: String,
        /// The unit.
        pub unit: String,
        /// Whether it is a share that reads better with its bar.
        pub share: bool,
    }

    /// A row of figures.
    pub struct FigureRow {
        /// `village:3`; `null`: the units, or the commune.
        pub place: Option<String>,
        /// The name.
        pub name: String,
        /// The figures.
        pub cells: Vec<FigureCell>,
        /// How complete it is, in words; empty: complete.
        pub complete: String,
    }

    /// A figure.
    pub struct FigureCell {
        /// As it is shown: "142/180", "chưa có số liệu", "< 3".
        pub shown: String,
        /// The share in hundredths, for the bar; `null`: none.
        pub percent: Option<f64>,
        /// The change on the period before: "▲ 5"; empty: none known.
        pub change: String,
        /// For sorting; `null`: no figure.
        pub value: Option<f64>,
        /// "số đã công bố ngày …" where this role sees only that; else empty.
        pub source: String,
    }

    /// A line of a chart.
    pub struct ChartSeries {
        /// The finding in at most ten words, with unit and period.
        pub title: String,
        /// The unit.
        pub unit: String,
        /// The names of the points on the axis.
        pub at: Vec<String>,
        /// At most four lines.
        pub lines: Vec<ChartLine>,
    }

    /// A line.
    pub struct ChartLine {
        /// Its name, written at its end.
        pub name: String,
        /// Its values; `null`: no figure.
        pub values: Vec<Option<f64>>,
    }

    /// Which tasks are asked for.
    #[derive(Default)]
    pub struct TaskAsk {
        /// The plan; `null`: the one in force.
        pub plan: Option<String>,
        /// Of whom they are asked: `village:3`, `unit:1`, `commune`; `null`: of all.
        pub place: Option<String>,
    }

    /// The plan's tasks.
    pub struct TaskBoard {
        /// The plans with their periods, the newest first.
        pub plans: Vec<super::Choice>,
        /// The plan that is shown; `null`: there is none.
        pub plan: Option<String>,
        /// Of whom tasks of it are asked.
        pub places: Vec<super::Choice>,
        /// Of whom they are shown.
        pub place: Option<String>,
        /// Whether this person can make a plan of it for the next period.
        pub renews: bool,
        /// "88 nhiệm vụ · 31 xong · 4 quá hạn".
        pub summary: String,
        /// By step and phase.
        pub groups: Vec<TaskGroup>,
        /// The units, for a filter.
        pub units: Vec<super::Choice>,
        /// The own plans of villages and units under it, of the place that is shown.
        pub own: Vec<OwnPlanRow>,
        /// Whether this person writes such a plan.
        pub writes_own: bool,
    }

    /// The tasks of a step or phase.
    pub struct TaskGroup {
        /// "Bước 2: …".
        pub label: String,
        /// The tasks.
        pub tasks: Vec<TaskRow>,
        /// How many are done.
        pub done: usize,
    }

    /// A task.
    pub struct TaskRow {
        /// The record.
        pub key: String,
        /// Its number in the plan.
        pub number: String,
        /// What.
        pub title: String,
        /// Who is responsible.
        pub responsible: String,
        /// For the filter: the responsible units' slugs.
        pub units: Vec<String>,
        /// By when, in words.
        pub due: String,
        /// How it stands.
        pub state: RowState,
        /// Progress as reported: "2/6 thôn".
        pub progress: String,
        /// What villages and units have set themselves under it: "Thôn 1: 2 việc riêng, 1 xong"; empty: nothing.
        pub own: String,
        /// Whether this person can report progress.
        pub writes: bool,
    }

    /// A village's or unit's own plan.
    pub struct OwnPlanRow {
        /// The record.
        pub key: String,
        /// "Thôn 1: Kế hoạch năm 2026".
        pub title: String,
        /// "từ 01/01/2026 đến 31/12/2026 · 3 việc · 1 xong".
        pub says: String,
        /// Whether this person can make a plan of it for the next period, and nobody has.
        pub renews: bool,
        /// How it stands.
        pub state: RowState,
    }

    /// A village's page.
    pub struct VillagePage {
        /// Its number.
        pub number: u32,
        /// Its name.
        pub name: String,
        /// Its people: head, deputy.
        pub people: Vec<String>,
        /// Who acts for whom now.
        pub acting: Vec<String>,
        /// When it was last heard from, in words.
        pub heard: String,
        /// Its figures.
        pub figures: Vec<VillageFigure>,
        /// What is due there.
        pub due: Vec<super::DueRow>,
        /// The kinds of records and how many.
        pub kinds: Vec<super::KindCard>,
    }

    /// A figure of a village.
    pub struct VillageFigure {
        /// The label.
        pub label: String,
        /// The figure.
        pub cell: FigureCell,
        /// The commune's figure.
        pub commune: String,
    }

    /// The persons under management, for who may read their files; the village head's assigned contacts.
    pub struct CareList {
        /// How many by list.
        pub counts: Vec<super::ListFilter>,
        /// The rows.
        pub rows: Vec<CareRow>,
    }

    /// A person under management.
    pub struct CareRow {
        /// The record.
        pub key: String,
        /// The name.
        pub name: String,
        /// Year of birth, village.
        pub detail: String,
        /// Today's state.
        pub state: String,
        /// The time that is left.
        pub left: Option<RowState>,
        /// The next contact.
        pub next: Option<RowState>,
        /// Who is assigned.
        pub assigned: String,
        /// The slug of [`CareList::counts`] that it belongs to.
        pub list: String,
    }

    /// Tips, for the police.
    pub struct TipInbox {
        /// Filters with counts.
        pub counts: Vec<super::ListFilter>,
        /// The tips, what is due first.
        pub rows: Vec<TipRow>,
    }

    /// A tip in the inbox: no word of what it says but its subject.
    pub struct TipRow {
        /// The record.
        pub key: String,
        /// Its number or subject.
        pub title: String,
        /// When it came.
        pub received: Option<String>,
        /// The step that it is at.
        pub step: String,
        /// What is due.
        pub due: Option<RowState>,
        /// The slug of [`TipInbox::counts`] that it belongs to.
        pub list: String,
    }
}
