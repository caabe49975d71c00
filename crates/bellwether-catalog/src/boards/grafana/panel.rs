//! A panel: its queries, its options and how its values are shown.

use crate::boards::layout::Place;
use crate::boards::links;
use crate::boards::model::{Board, Panel as BoardPanel};
use crate::boards::threshold::Limit;

use super::schema::{DashboardLink, GridPos, Panel};
use super::{fields, options, table, targets};

pub(super) fn panel(
    board: &Board,
    panel: &BoardPanel,
    place: Place,
    id: u32,
    limit: Option<Limit>,
) -> Panel {
    let asks = panel
        .queries
        .first()
        .map(|query| targets::source(query.source));
    Panel {
        datasource: asks,
        description: panel.description.clone(),
        field_config: fields::field_config(board, panel, limit),
        grid_pos: GridPos {
            h: place.height,
            w: place.width,
            x: place.x,
            y: place.y,
        },
        id,
        links: head_links(board, panel),
        options: options::options(panel),
        targets: targets::targets(panel),
        title: panel.title.clone(),
        transformations: table::transformations(panel),
        kind: options::plugin(panel.kind).to_owned(),
    }
}

fn head_links(board: &Board, panel: &BoardPanel) -> Vec<DashboardLink> {
    if fields::on_values(panel.kind) {
        return Vec::new();
    }
    panel
        .links
        .iter()
        .map(|link| DashboardLink {
            as_dropdown: false,
            icon: "external link".to_owned(),
            include_vars: false,
            keep_time: false,
            tags: Vec::new(),
            target_blank: false,
            title: link.title.clone(),
            tooltip: String::new(),
            kind: "link".to_owned(),
            url: Some(links::url(board, &link.target)),
        })
        .collect()
}
