//! The tables: observations as columns, one kind a struct. Readers fill them, the record stores
//! them, engines read them.
//!
//! Every table also has `row` (where the observation stood in its file, counted from 1 as a person
//! would count) and `dataset` (the position of its dataset in the snapshot; 0 before it is recorded).
//! A cell that the file does not give is `None` or empty: unknown, never 0.

use crate::column::{Cells, Column, ColumnError, Dates, Integers, Numbers, Places, Rows, Shapes, Texts, Words};

/// Declares a table as a struct of columns, its row as a struct of cells, and how both meet storage.
macro_rules! tables {
    ($(
        $(#[$doc:meta])*
        $kind:ident: $table:ident of $row:ident {
            $($(#[$column_doc:meta])* $column:ident: $type:ty,)*
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq)]
            pub struct $table {
                $($(#[$column_doc])* pub $column: $type,)*
                /// Where the observation stood in its file, from 1.
                pub row: Rows,
                /// Position of its dataset in the snapshot.
                pub dataset: Rows,
            }

            #[doc = concat!("One row of [`", stringify!($table), "`].")]
            #[derive(Debug, Clone, Default, PartialEq)]
            #[allow(missing_docs, reason = "each field is described at the table's column of the same name")]
            pub struct $row {
                $(pub $column: <$type as Cells>::Cell,)*
                pub row: u32,
                pub dataset: u32,
            }

            impl $table {
                /// The stable name of this kind of table.
                pub const KIND: &'static str = stringify!($kind);

                /// Adds a row.
                pub fn push(&mut self, row: $row) {
                    $(self.$column.push_cell(row.$column);)*
                    self.row.push(row.row);
                    self.dataset.push(row.dataset);
                }

                /// A copy of one row.
                pub fn get(&self, i: usize) -> $row {
                    $row { $($column: self.$column.cell(i),)* row: self.row[i], dataset: self.dataset[i] }
                }

                /// A copy of every row in order; for the large tables read the columns instead.
                pub fn iter(&self) -> impl ExactSizeIterator<Item = $row> + '_ {
                    (0..self.len()).map(|i| self.get(i))
                }

                /// How many rows.
                pub fn len(&self) -> usize {
                    self.row.len()
                }

                /// Whether there are none.
                pub fn is_empty(&self) -> bool {
                    self.row.is_empty()
                }

                /// Adds every row of another table.
                pub fn append(&mut self, other: Self) {
                    $(Cells::append(&mut self.$column, other.$column);)*
                    Cells::append(&mut self.row, other.row);
                    Cells::append(&mut self.dataset, other.dataset);
                }

                /// The rows of all parts in order; columns are joined side by side.
                pub fn concat(parts: Vec<Self>) -> Self {
                    $(let mut $column = Vec::with_capacity(parts.len());)*
                    let mut all = Self::default();
                    for part in parts {
                        $($column.push(part.$column);)*
                        all.row.extend(part.row);
                        all.dataset.extend(part.dataset);
                    }
                    rayon::scope(|scope| {
                        $({
                            let joined = &mut all.$column;
                            scope.spawn(move |_| *joined = Cells::concat($column));
                        })*
                    });
                    all
                }

                /// The columns that storage keeps, by name; `dataset` is not one of them.
                pub fn columns(&self) -> Vec<(&'static str, Column<'_>)> {
                    vec![$((stringify!($column), self.$column.to_column()),)* ("row", self.row.to_column())]
                }

                /// Comes back from storage; `column` gives a column by its name.
                ///
                /// # Errors
                /// [`ColumnError`] if a column is absent, of another type, or of another length.
                pub fn from_columns(
                    mut column: impl FnMut(&'static str) -> Option<Column<'static>>,
                ) -> Result<Self, ColumnError> {
                    let row: Rows = take(Self::KIND, "row", &mut column)?;
                    let dataset = vec![0; row.len()];
                    let table = Self {
                        $($column: take(Self::KIND, stringify!($column), &mut column)?,)*
                        row,
                        dataset,
                    };
                    let same = true $(&& table.$column.count() == table.len())*;
                    if same { Ok(table) } else { Err(ColumnError::Length { table: Self::KIND }) }
                }
            }

            impl FromIterator<$row> for $table {
                fn from_iter<I: IntoIterator<Item = $row>>(rows: I) -> Self {
                    let mut table = Self::default();
                    rows.into_iter().for_each(|row| table.push(row));
                    table
                }
            }
        )*

        /// A table of any kind.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Table {
            $(#[doc = concat!("[`", stringify!($table), "`].")] $table($table),)*
        }

        impl Table {
            /// The stable names of all kinds.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($kind)),*];

            /// The stable name of this kind.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$table(_) => stringify!($kind),)* }
            }

            /// How many rows.
            pub fn len(&self) -> usize {
                match self { $(Self::$table(table) => table.len(),)* }
            }

            /// Whether there are none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The columns that storage keeps, by name.
            pub fn columns(&self) -> Vec<(&'static str, Column<'_>)> {
                match self { $(Self::$table(table) => table.columns(),)* }
            }

            /// Comes back from storage.
            ///
            /// # Errors
            /// [`ColumnError`] if the kind is unknown or a column does not fit.
            pub fn from_columns(
                kind: &str,
                column: impl FnMut(&'static str) -> Option<Column<'static>>,
            ) -> Result<Self, ColumnError> {
                match kind {
                    $(stringify!($kind) => $table::from_columns(column).map(Self::$table),)*
                    other => Err(ColumnError::Kind(other.to_owned())),
                }
            }

            /// Says which dataset of a snapshot every row belongs to.
            pub fn set_dataset(&mut self, dataset: u32) {
                match self { $(Self::$table(table) => table.dataset.fill(dataset),)* }
            }
        }

        $(impl From<$table> for Table {
            fn from(table: $table) -> Self {
                Self::$table(table)
            }
        })*

        /// One table of each kind: what a snapshot holds.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Tables {
            $(#[doc = concat!("[`", stringify!($table), "`].")] pub $kind: $table,)*
        }

        impl Tables {
            /// Adds the rows of a table to the one of its kind.
            pub fn append(&mut self, table: Table) {
                match table { $(Table::$table(rows) => self.$kind.append(rows),)* }
            }
        }
    };
}

fn take<C: Cells>(
    table: &'static str,
    name: &'static str,
    column: &mut impl FnMut(&'static str) -> Option<Column<'static>>,
) -> Result<C, ColumnError> {
    let found = column(name).ok_or(ColumnError::Missing { table, column: name })?;
    C::from_column(found).ok_or(ColumnError::Type { table, column: name })
}

tables! {
    /// Administrative units.
    areas: Areas of Area {
        /// P-code as spelled in the file; else an id of the file (`BIH-ADM3-…`). Unique within a file.
        code: Texts,
        /// Name in the language of the file, preferring the one with diacritics.
        name: Texts,
        /// Other names and spellings, separated by `|`.
        other_names: Texts,
        /// Level: 0 = country, 1 = first subdivision, …
        level: Integers,
        /// Code of the unit above, if the file gives it.
        parent_code: Words,
        /// Name of the unit above, if the file gives it.
        parent_name: Words,
        /// ISO 3166 code or name of the country, as in the file.
        country: Words,
        /// The day from which this version of the boundary is valid.
        valid_from: Dates,
        /// The boundary: valid polygons only; `None` if the file had none that could be repaired.
        shape: Shapes,
    }

    /// Events of organised violence, at the precision that the source claims.
    events: Events of Event {
        /// Id in the source.
        event_id: Texts,
        /// Kind in the source's words: `state-based`, `non-state`, `one-sided` (UCDP); the event type (ACLED).
        kind: Words,
        /// First day of the event.
        date_start: Dates,
        /// Last day of the event.
        date_end: Dates,
        /// 1 (exact day) to 5 (year or worse), UCDP GED codebook; ACLED time precision is kept as given.
        date_precision: Integers,
        /// 1 exact, 2 within about 25 km, 3 second-order unit, 4 first-order unit, 5 line or region, 6 country,
        /// 7 international: UCDP GED codebook. ACLED's 1-3 are mapped to 1, 2, 4.
        /// With 4 or more the point is a mere representative and must not be drawn.
        where_precision: Integers,
        /// Longitude in degrees.
        longitude: Numbers,
        /// Latitude in degrees.
        latitude: Numbers,
        /// The place in the source's words.
        place: Places,
        /// Lowest estimate of deaths.
        deaths_low: Integers,
        /// Best estimate of deaths.
        deaths_best: Integers,
        /// Highest estimate of deaths.
        deaths_high: Integers,
        /// Deaths of civilians, in the best estimate.
        deaths_civilians: Integers,
    }

    /// Population counts.
    populations: Populations of Population {
        /// Which place.
        place: Places,
        /// The day that the count is for (1 January if only a year is given).
        date: Dates,
        /// `total`, or the part of the population in the source's words. Parts are never added to totals.
        group: Words,
        /// People.
        people: Integers,
        /// `census`, `estimate`, `projection`, or empty.
        method: Words,
    }

    /// Hazard areas and reports, in the states of IMAS 07.11 land release.
    hazards: Hazards of Hazard {
        /// Id in the source, or empty.
        hazard_id: Texts,
        /// `suspected` (SHA), `confirmed` (CHA), `cancelled`, `reduced`, `cleared`; `incident` for an accident report.
        state: Words,
        /// What kind: `mines`, `cluster munitions`, `other explosive ordnance`, or empty.
        kind: Words,
        /// Polygon or point; `None` for a feature without geometry (which is counted and reported).
        shape: Shapes,
        /// Area that the source states, in square metres.
        area_m2: Numbers,
        /// When the state was reported.
        date: Dates,
        /// How an invalid polygon was repaired, or empty.
        repair: Words,
    }

    /// Facilities and other points of use. No list of protected sites: only what is already public.
    facilities: Facilities of Facility {
        /// Id in the source.
        facility_id: Texts,
        /// Our kind, two steps: `health.hospital`, `health.clinic`, `education.school`, `water.point`, `power.substation`,
        /// `bridge`, `settlement.village`, `market`, `police`, … ; the file's own word where we have none.
        kind: Words,
        /// Name, or empty.
        name: Texts,
        /// `functional`, `partial`, `destroyed`, `closed`, or empty if not said.
        status: Words,
        /// Longitude in degrees.
        longitude: Numbers,
        /// Latitude in degrees.
        latitude: Numbers,
        /// Which place, if the file says so.
        place: Places,
        /// People who live there (settlements).
        people: Integers,
        /// Greatest permitted load in tonnes (bridges).
        load_t_max: Numbers,
    }

    /// Roads and other ways.
    routes: Routes of Route {
        /// Id in the source.
        route_id: Texts,
        /// OSM `highway` value or the file's word.
        kind: Words,
        /// Name, or empty.
        name: Texts,
        /// `open`, `closed`, `restricted`, or empty if not said.
        status: Words,
        /// Surface in OSM's words, or empty.
        surface: Words,
        /// The line.
        shape: Shapes,
    }

    /// Humanitarian needs and response figures (HNO/HNRP, HAPI).
    needs: Needs of Need {
        /// Which place; empty place or level 0 for national rows.
        place: Places,
        /// Sector in the source's words or code; `ALL` is the intersectoral figure, which is no sum of sectors.
        sector: Words,
        /// Population group or category in the source's words; empty for everybody.
        group: Words,
        /// First day of the period.
        date_start: Dates,
        /// Last day of the period.
        date_end: Dates,
        /// 1 if other rows of the same file count these people too (a national row, one of several overlapping groups): never added.
        is_total: Integers,
        /// Everybody who lives there.
        people: Integers,
        /// People in need.
        in_need: Integers,
        /// People targeted.
        targeted: Integers,
        /// People affected.
        affected: Integers,
        /// People reached.
        reached: Integers,
        /// Severity phase 1 to 5, if given.
        severity: Integers,
    }

    /// People by food security phase (IPC).
    food_phases: FoodPhases of FoodPhase {
        /// Which place.
        place: Places,
        /// The month or day of the analysis.
        analysed: Dates,
        /// `current`, `first projection`, `second projection`.
        validity: Words,
        /// First day of validity.
        date_start: Dates,
        /// Last day of validity.
        date_end: Dates,
        /// `1` to `5`; `3+` and `all` overlap them.
        phase: Words,
        /// 1 if the phase overlaps others (`3+`, `all`): a check, never added.
        is_total: Integers,
        /// People.
        people: Integers,
        /// Share of the analysed population, 0 to 1.
        share: Numbers,
    }

    /// Displacement and return: counts by place, never persons.
    displacements: Displacements of Displacement {
        /// Where they are.
        place: Places,
        /// Where they come from, if given.
        origin: Places,
        /// `idp`, `refugee`, `asylum seeker`, `returnee`, `returned idp`, or the source's word.
        kind: Words,
        /// The reporting date.
        date: Dates,
        /// Assessment round, if given; only the latest round of an operation is current.
        round: Integers,
        /// The operation or assessment that rounds belong to.
        operation: Words,
        /// People present.
        people: Integers,
    }

    /// Flows of money between parties (FTS).
    flows: Flows of Flow {
        /// Id in the source; the same flow may stand in several files and is counted once.
        flow_id: Texts,
        /// `incoming`, `internal`, `outgoing`: which boundary of the destination it crosses.
        boundary: Words,
        /// `pledge`, `commitment`, `paid`: separate columns, never added to each other.
        status: Words,
        /// Minor units of `currency`.
        amount_minor: Integers,
        /// ISO 4217 code.
        currency: Words,
        /// The day of the decision or of the flow.
        date: Dates,
        /// Year of the budget.
        budget_year: Integers,
        /// Who gives.
        source: Words,
        /// Who receives.
        destination: Words,
        /// Plan that it belongs to, or empty.
        plan: Words,
        /// Sector or cluster, or empty; several are separated by `|`.
        sector: Words,
        /// Destination place.
        place: Places,
        /// 1 if the flow is shared between several destinations or is a parent of other rows.
        is_shared: Integers,
        /// What it is for.
        description: Texts,
    }

    /// Who does what where (3W/4W).
    activities: Activities of Activity {
        /// Organisation.
        organisation: Words,
        /// Type of organisation in the source's words.
        organisation_type: Words,
        /// Sector or activity.
        activity: Words,
        /// Where.
        place: Places,
        /// Status in the source's words, or empty.
        status: Words,
        /// First day, if given.
        date_start: Dates,
        /// Last day, if given.
        date_end: Dates,
        /// People reached, if given.
        reached: Integers,
    }

    /// Projects that somebody has put forward (OC4IDS).
    proposals: Proposals of Proposal {
        /// OC4IDS id.
        project_id: Texts,
        /// Title.
        title: Texts,
        /// Kind of the catalogue that it belongs to (an additional classification with scheme `mostari`), or empty.
        kind: Words,
        /// OC4IDS status, one of eight.
        status: Words,
        /// OC4IDS sectors, separated by `|`.
        sector: Words,
        /// OC4IDS type: `construction`, `rehabilitation`, …
        project_type: Words,
        /// Where: a gazetteer id or an address.
        place: Places,
        /// Longitude in degrees, if a point is given.
        longitude: Numbers,
        /// Latitude in degrees.
        latitude: Numbers,
        /// Budget in minor units of `currency`.
        budget_minor: Integers,
        /// ISO 4217 code.
        currency: Words,
        /// First day of the project's period.
        date_start: Dates,
        /// Last day of the project's period.
        date_end: Dates,
        /// Duration in days, if given.
        duration_days: Integers,
        /// Ids of projects that must be complete before, separated by `|`.
        needs_before: Texts,
        /// People whom it serves, if given.
        people: Integers,
        /// Party that put it forward.
        party: Words,
    }

    /// Any other figure with a place and a date, as HXL tags it.
    figures: Figures of Figure {
        /// Which place.
        place: Places,
        /// HXL hashtag with attributes, or the column's header.
        tag: Words,
        /// What the row is about: its other tagged words, as `#sector=Health|#activity=…`.
        about: Words,
        /// Date of the row.
        date: Dates,
        /// The number.
        value: Numbers,
    }
}
