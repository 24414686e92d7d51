# Both programs on an empty base: no shell, no package, not root.
# docker build --build-arg VERSION="$(git describe --tags --always)" -t pingkit .

FROM golang:1.26.8@sha256:0f063af2d465d8dcae54cce04278ada488b96f77b42449c8d071e47d016cc65a AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -tags grpcnotrace -ldflags "-s -w -X example.com/pingkit/internal/buildinfo.value=${VERSION}" \
        -o /out/bin/ ./cmd/mcp-server ./cmd/pingkit \
    && mkdir -p /out/in /out/cache /out/downloads

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/share/doc/ca-certificates/copyright /licenses/ca-certificates
COPY LICENSE THIRD_PARTY_NOTICES /licenses/
COPY --from=build /out/bin/mcp-server /out/bin/pingkit /
# A new volume mounted at one of these takes its owner. Ping's images run as 9031:0, too.
COPY --from=build --chown=9031:0 /out/in /opt/in
COPY --from=build --chown=9031:0 /out/cache /var/cache/pingkit
COPY --from=build --chown=9031:0 /out/downloads /var/lib/pingkit/downloads
ENV PINGKIT_DOWNLOAD_DIR=/var/lib/pingkit/downloads
USER 9031:0
ENTRYPOINT ["/mcp-server"]
