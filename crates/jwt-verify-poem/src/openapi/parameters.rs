//! [`Parameters`]: what poem-openapi calls the parameters of a path.

use std::{collections::HashMap, sync::Arc};

use poem::http::Method;
use poem_openapi::registry::MetaApi;

/// The parameters of an operation's path in their order, by the names that the program gave them. The route has `param0`, `param1` and
/// so on instead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(Arc<[(String, String)]>);

impl Parameters {
    /// What the route calls the parameter.
    pub(crate) fn in_route(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, in_route)| &**in_route)
    }
}

/// Those of all operations, by the route's path and the method.
pub(super) fn names(apis: Vec<MetaApi>) -> HashMap<(String, Method), Parameters> {
    let mut names = HashMap::new();
    for path in apis.into_iter().flat_map(|api| api.paths) {
        let (route, parameters) = route_of(&path.path);
        for operation in path.operations {
            names.insert((route.clone(), operation.method), parameters.clone());
        }
    }
    names
}

/// The path of a route, by the path in the document: `/users/:param0/tasks` for `/users/{user_id}/tasks`.
fn route_of(documented: &str) -> (String, Parameters) {
    let mut parameters = Vec::new();
    let segments: Vec<_> = documented
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
            Some(name) => {
                let in_route = format!("param{}", parameters.len());
                let segment = format!(":{in_route}");
                parameters.push((name.to_owned(), in_route));
                segment
            }
            None => segment.to_owned(),
        })
        .collect();
    (segments.join("/"), Parameters(parameters.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documented_path_gives_the_path_of_its_route() {
        for (documented, expected) in [
            ("/", "/"),
            ("/tasks", "/tasks"),
            ("/{user_id}", "/:param0"),
            ("/api/{user_id}/tasks/{task}", "/api/:param0/tasks/:param1"),
        ] {
            assert_eq!(route_of(documented).0, expected);
        }
        let (_, parameters) = route_of("/api/{user_id}/tasks/{task}");
        assert_eq!(parameters.in_route("user_id"), Some("param0"));
        assert_eq!(parameters.in_route("task"), Some("param1"));
        assert_eq!(parameters.in_route("param0"), None);
    }
}
