// Mistakes in bodies: each message points into the body, and none at the attribute.
use bellwether::track_metrics;

#[track_metrics("wrong_value")]
fn wrong_value() -> u32 {
    "a string"
}

#[track_metrics("wrong_value_async")]
async fn wrong_value_async() -> u32 {
    "a string"
}

#[track_metrics("nothing_returned")]
fn nothing_returned() {
    7_u32
}

#[track_metrics("unknown_name")]
fn unknown_name(number: u32) -> u32 {
    number + missing
}

struct Own;

#[track_metrics("wrong_error")]
fn wrong_error(text: &str) -> Result<u32, Own> {
    let number: u32 = text.parse()?;
    Ok(number)
}

#[track_metrics("wrong_error_async")]
async fn wrong_error_async(text: &str) -> Result<u32, Own> {
    let number: u32 = text.parse()?;
    Ok(number)
}

#[track_metrics("early_return")]
async fn early_return(stop: bool) -> Result<u32, Own> {
    if stop {
        return Ok("early");
    }
    Ok(1)
}

struct Store(Vec<String>);

#[track_metrics("store")]
impl Store {
    fn first(&self) -> &str {
        self.0.frist()
    }

    async fn moved(self) -> usize {
        drop(self.0);
        self.0.len()
    }
}

fn main() {}
