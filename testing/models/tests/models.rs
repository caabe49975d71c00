//! One test a model. What each holds is said where it is written.

use bellwether_models as models;

#[test]
fn a_full_buffer_beside_a_flush_loses_and_doubles_nothing() {
    models::exact();
}

#[test]
fn a_flush_returns_when_all_before_it_is_applied() {
    models::visible();
}

#[test]
fn a_flush_is_a_cut_through_time() {
    models::cut();
}

#[test]
fn a_close_leaves_nothing_behind() {
    models::closing();
}

#[test]
fn threads_agree_on_the_index_of_a_value() {
    models::same_index();
}

#[test]
fn the_last_place_of_a_label_has_one_value() {
    models::last_place();
}

#[test]
fn a_value_that_has_a_place_is_never_other() {
    models::never_other();
}

#[test]
fn threads_agree_on_the_slot_of_a_series() {
    models::same_slot();
}

#[test]
fn the_last_slot_of_a_metric_has_one_series() {
    models::last_slot();
}
