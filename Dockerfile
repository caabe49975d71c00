# The `bellwether` command as an image: the demo and the exporter of GPU metrics of docker-compose.yml.
FROM rust:1.95-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --release -p bellwether-cli && cp target/release/bellwether /bellwether

# glibc, which NVIDIA's driver library is linked against, and the programs that the demo's jobs run.
FROM debian:bookworm-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
COPY --from=build /bellwether /usr/local/bin/bellwether
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/usr/local/bin/bellwether"]
CMD ["--help"]
