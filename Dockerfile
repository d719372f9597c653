# docker build -t pinner .
# docker build -t pinner:debug --build-arg VARIANT=debug-nonroot .   with a shell, for runners that need one

ARG VARIANT=nonroot

# On the building machine's own architecture: Bun compiles for others too, so nothing runs under emulation.
FROM --platform=$BUILDPLATFORM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock bunfig.toml tsconfig.json tsconfig.build.json ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY src src
ARG TARGETARCH
# As tooling/build/compile.ts does.
RUN bun build --compile --minify --bytecode --bytecode-depth=2 --compile-jit-policy=8 \
      --define=process.versions.bun=true --splitting --format=esm \
      --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
      --tsconfig-override=tsconfig.build.json \
      --target=bun-linux-$TARGETARCH src/bin.ts --outfile=root/usr/local/bin/pinner
# Like /tmp, so that whichever user the container runs as can keep a config there.
RUN mkdir -m 1777 root/data

# Of all that the binary is linked with, it needs glibc alone.
FROM gcr.io/distroless/base-nossl-debian13:$VARIANT
ARG VARIANT
LABEL org.opencontainers.image.title="pinner" \
      org.opencontainers.image.description="Log in to Pinner.xyz and look after your account's API keys" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.url="https://pinner.xyz" \
      org.opencontainers.image.base.name="gcr.io/distroless/base-nossl-debian13:$VARIANT"
COPY --from=build /build/root /
# No VOLUME: a token in a volume that nobody named would outlive its container, out of sight.
ENV PINNER_HOME=/data
# The base image's own is closed to other users, and then no container of theirs starts.
WORKDIR /
USER 65532:65532
ENTRYPOINT ["pinner"]
