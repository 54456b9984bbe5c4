//! Wake-ups by tokio-cron-scheduler, which is used for nothing else: it neither prevents overlaps, nor catches up, nor
//! follows clock changes, nor waits for its jobs at shutdown (0.15.1). A wake-up carries no meaning; the loop computes
//! what is due by itself.

use crate::pipeline::Planned;
use anyhow::Context;
use tokio::sync::mpsc::Sender;
use tokio_cron_scheduler::{Job, JobScheduler};

/// Each minute on its zeroth second: the resolution of five-field expressions.
const EACH_MINUTE: &str = "0 * * * * *";

/// What wakes the loop.
pub(super) struct Alarm {
    scheduler: JobScheduler,
    wake: Sender<()>,
}

impl Alarm {
    /// Starts a scheduler that sends a wake-up each minute and at the times of each source.
    pub async fn start(sources: &[Planned], wake: Sender<()>) -> anyhow::Result<Alarm> {
        Ok(Alarm { scheduler: scheduler(sources, &wake).await?, wake })
    }

    /// The same for other sources; if that fails, it goes on as before.
    pub async fn set(&mut self, sources: &[Planned]) {
        match scheduler(sources, &self.wake).await {
            Ok(new) => stop(std::mem::replace(&mut self.scheduler, new)).await,
            Err(error) => tracing::error!("the cron scheduler wakes us at the former times: {error:#}"),
        }
    }

    /// No more of it.
    pub async fn stop(self) {
        stop(self.scheduler).await;
    }
}

async fn stop(mut scheduler: JobScheduler) {
    if let Err(error) = scheduler.shutdown().await {
        tracing::warn!(%error, "the cron scheduler did not shut down");
    }
}

async fn scheduler(sources: &[Planned], wake: &Sender<()>) -> anyhow::Result<JobScheduler> {
    let scheduler = JobScheduler::new().await.context("making the cron scheduler")?;
    add(&scheduler, EACH_MINUTE, chrono_tz::UTC, wake).await?;
    for one in sources {
        let added = add(&scheduler, &one.schedule.with_seconds(), one.schedule.zone, wake).await;
        added.with_context(|| format!("scheduling source {}", one.source))?;
    }
    scheduler.start().await.context("starting the cron scheduler")?;
    Ok(scheduler)
}

async fn add(scheduler: &JobScheduler, cron: &str, zone: chrono_tz::Tz, wake: &Sender<()>) -> anyhow::Result<()> {
    let wake = wake.clone();
    let job = Job::new_async_tz(cron, zone, move |_, _| {
        // A full channel means that a wake-up is waiting already.
        let _ = wake.try_send(());
        Box::pin(async {})
    });
    scheduler.add(job.with_context(|| format!("cron {cron:?}"))?).await.with_context(|| format!("cron {cron:?}"))?;
    Ok(())
}
