//! What runs: the services of Compose files and the workloads of Kubernetes manifests.

use super::alerts::{list, text};
use super::files::{Files, folder, is_yaml, name};
use crate::load::foreign_yaml;
use crate::model::node::{Node, Value};

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The image that it runs, if one is named.
    pub image: Option<String>,
    /// Where it runs: `Docker Compose`, `Kubernetes`.
    pub platform: &'static str,
    /// The environment, by its namespace or by the folder that the manifest lies in.
    pub environment: Option<String>,
    /// Where it stands.
    pub path: String,
}

/// Words in images and names of databases.
const DATABASES: [&str; 10] =
    ["postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "mssql", "cockroach", "sqlite", "timescaledb"];

/// What Kubernetes runs.
const WORKLOADS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"];

/// Folders that are named for an environment.
const ENVIRONMENTS: [&str; 10] =
    ["production", "prod", "staging", "stage", "test", "testing", "dev", "development", "demo", "preprod"];

impl Service {
    /// Whether it keeps data.
    #[must_use]
    pub fn is_database(&self) -> bool {
        let image = self.image.as_deref().unwrap_or(&self.name).to_lowercase();
        DATABASES.iter().any(|known| image.contains(known))
    }
}

/// All services, each once for every environment.
pub(super) fn find(files: &Files) -> Vec<Service> {
    let mut found: Vec<Service> = Vec::new();
    for path in files.paths().filter(|path| is_yaml(path)) {
        let file = name(path).to_lowercase();
        let is_compose = file.starts_with("docker-compose") || file.starts_with("compose.");
        let Some(text) =
            files.text(path).filter(|text| is_compose || text.contains("kind:") && text.contains("apiVersion:"))
        else {
            continue;
        };
        let documents = foreign_yaml(&text);
        let services: Vec<Service> = if is_compose {
            documents.iter().flat_map(|document| compose(document, path)).collect()
        } else {
            documents.iter().filter_map(|document| workload(document, path)).collect()
        };
        for service in services {
            let known = |other: &Service| {
                (&other.name, other.platform, &other.environment)
                    == (&service.name, service.platform, &service.environment)
            };
            if !found.iter().any(known) {
                found.push(service);
            }
        }
    }
    found
}

fn compose(document: &Node, path: &str) -> Vec<Service> {
    let Some(Value::Map(entries)) = document.get("services").map(|services| &services.value) else { return Vec::new() };
    let service = |name: &str, node: &Node| Service {
        name: name.to_owned(),
        image: node.get("image").and_then(text),
        platform: "Docker Compose",
        environment: None,
        path: path.to_owned(),
    };
    entries.iter().map(|(key, node)| service(&key.name, node)).collect()
}

fn workload(document: &Node, path: &str) -> Option<Service> {
    let kind = text(document.get("kind")?)?;
    let about = document.get("metadata")?;
    let spec = document.get("spec")?;
    let spec = spec.get("jobTemplate").and_then(|job| job.get("spec")).unwrap_or(spec);
    let containers = spec.get("template").and_then(|template| template.get("spec")?.get("containers"));
    let image = containers.into_iter().flat_map(list).find_map(|container| text(container.get("image")?));
    let by_folder = folder(path).split('/').rev().find(|part| ENVIRONMENTS.contains(&part.to_lowercase().as_str()));
    let by_folder = || by_folder.map(str::to_owned);
    WORKLOADS.contains(&kind.as_str()).then_some(())?;
    Some(Service {
        name: text(about.get("name")?)?,
        image,
        platform: "Kubernetes",
        environment: about.get("namespace").and_then(text).filter(|space| space != "default").or_else(by_folder),
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_workloads_are_found() {
        let text = "services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n";
        let services: Vec<_> =
            foreign_yaml(text).iter().flat_map(|document| compose(document, "compose.yaml")).collect();
        assert_eq!(services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["web", "db"]);
        assert!(services[1].is_database() && !services[0].is_database());
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n---\napiVersion: apps/v1\nkind: Deployment\n\
                    metadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, image: 'x/api:2'}]}}}\n";
        let found: Vec<_> = foreign_yaml(text)
            .iter()
            .filter_map(|document| workload(document, "k8s/overlays/production/api.yaml"))
            .collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].image.as_deref(), found[0].environment.as_deref()), (Some("x/api:2"), Some("production")));
    }
}
