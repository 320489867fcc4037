//! The tasks of all users, in SQLite. Each query is filtered by a verified user.

use std::str::FromStr as _;

use serde::{Deserialize, Serialize};
use sqlx::{
    FromRow, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{auth::Identity, openapi::Schema, problem::Problem};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, Schema)]
pub struct Task {
    pub id: i64,
    pub title: String,
}

/// What a client sends. The owner is not in it: that is who sends it. Members that are not known are ignored.
#[derive(Clone, Debug, Deserialize, Schema)]
pub struct NewTask {
    /// 1 to 200 characters.
    pub title: String,
}

impl NewTask {
    /// The title without spaces at its ends, if it can be one.
    fn title(&self) -> Result<&str, Problem> {
        let title = self.title.trim();
        let is_title = (1..=200).contains(&title.chars().count()) && !title.chars().any(char::is_control);
        is_title.then_some(title).ok_or(Problem::BAD_TITLE)
    }
}

/// Where tasks are kept. Cloning is cheap.
///
/// Asks for an [`Identity`] instead of a string: there is one only where a token was verified, so no handler can pass on what a client
/// merely says. An issuer's IDs are its own; with several issuers, `owner` would have to hold the issuer as well.
#[derive(Clone, Debug)]
pub struct Tasks(SqlitePool);

impl Tasks {
    /// Opens the database, and makes its table if there is none.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?;
        // A database in memory lives as long as its connection: one, which is never closed.
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_with(options).await?;
        sqlx::raw_sql(TABLE).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// All tasks of the owner, the oldest first.
    pub async fn list(&self, owner: &Identity) -> Result<Vec<Task>, Problem> {
        let query =
            sqlx::query_as("SELECT id, title FROM tasks WHERE owner = ? ORDER BY id").bind(owner.id());
        query.fetch_all(&self.0).await.map_err(|error| Problem::internal(&error))
    }

    /// How many tasks the owner has.
    pub async fn count(&self, owner: &Identity) -> Result<i64, Problem> {
        let query = sqlx::query_scalar("SELECT count(*) FROM tasks WHERE owner = ?").bind(owner.id());
        query.fetch_one(&self.0).await.map_err(|error| Problem::internal(&error))
    }

    /// Keeps one more task, unless the owner has [`MOST`] of them.
    pub async fn add(&self, owner: &Identity, task: &NewTask) -> Result<Task, Problem> {
        let title = task.title()?;
        let query = sqlx::query_as(
            "INSERT INTO tasks (owner, title)
             SELECT ?1, ?2 WHERE (SELECT count(*) FROM tasks WHERE owner = ?1) < ?3
             RETURNING id, title",
        );
        let added = query.bind(owner.id()).bind(title).bind(MOST).fetch_optional(&self.0).await;
        added.map_err(|error| Problem::internal(&error))?.ok_or(Problem::TOO_MANY)
    }
}

/// How many tasks a user may have, so that a list is never long.
const MOST: i64 = 1000;

/// `owner` is compared byte by byte, as IDs are everywhere: `BINARY` is what SQLite does unless it is told otherwise.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS tasks (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL COLLATE BINARY,
        title TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS tasks_of_owner ON tasks (owner, id);
";

#[cfg(test)]
mod tests {
    use jwt_verify_core::Claims;
    use jwt_verify_testing::TestIssuer;

    use super::*;

    /// As a handler gets one: from a token.
    fn identity(id: &str) -> Identity {
        let issuer = TestIssuer::start();
        let token = issuer.token().subject(id).mint();
        issuer.verifier().verify_held::<Claims>(&token).unwrap().identity().unwrap()
    }

    fn task(title: &str) -> NewTask {
        NewTask { title: title.into() }
    }

    #[tokio::test]
    async fn each_owner_has_their_own_tasks() {
        let tasks = Tasks::open("sqlite::memory:").await.unwrap();
        let (ada, grace) = (identity("ada"), identity("Ada"));
        let kept = tasks.add(&ada, &task(" feed the cat ")).await.unwrap();
        assert_eq!(kept.title, "feed the cat");
        assert_eq!(tasks.list(&ada).await.unwrap(), [kept]);
        assert_eq!(tasks.list(&grace).await.unwrap(), []);
        assert_eq!((tasks.count(&ada).await.unwrap(), tasks.count(&grace).await.unwrap()), (1, 0));
    }

    #[tokio::test]
    async fn one_more_than_the_most_is_refused_for_that_owner_alone() {
        let tasks = Tasks::open("sqlite::memory:").await.unwrap();
        let (ada, grace) = (identity("ada"), identity("grace"));
        for _ in 0..MOST {
            tasks.add(&ada, &task("again")).await.unwrap();
        }
        assert_eq!(tasks.add(&ada, &task("once more")).await.unwrap_err(), Problem::TOO_MANY);
        assert!(tasks.add(&grace, &task("first")).await.is_ok());
    }

    #[test]
    fn a_title_is_1_to_200_characters_without_control_characters() {
        for title in ["x", " x ", "ü", &"ü".repeat(200), "'; DROP TABLE tasks; --"] {
            assert_eq!(task(title).title(), Ok(title.trim()), "{title:?}");
        }
        for title in ["", " ", "two\nlines", "\0", &"x".repeat(201)] {
            assert_eq!(task(title).title(), Err(Problem::BAD_TITLE), "{title:?}");
        }
    }
}
