# syntax=docker/dockerfile:1
# One file for the five services, a build argument says which:
#
#   docker build --build-arg SERVICE=hash-svc -t verimesh/hash-svc:0.1.0 .
#   docker build --build-arg SERVICE=embedding-svc --target cuda -t verimesh/embedding-svc:0.1.0-cuda .
#
# The images hold a Java runtime cut to what the services use, their jars, and no shell. They run as 65532, need no writable
# root, and write to what docs/OPERATIONS.md names: /tmp, and hash-svc's /var/lib/verimesh.
#
# Bases are pinned by version; a registry of your own may stand before them. libtorch is in none: embedding-svc takes it from
# a mount (`./mesh models setup` fetches it), since 112 MB to 2 GB are not everybody's to load.
ARG REGISTRY=docker.io/library
ARG RUNTIME=gcr.io/distroless/cc-debian12:nonroot
ARG CUDA_RUNTIME=docker.io/nvidia/cuda:12.8.1-base-ubuntu24.04

# ------------------------------------------------------------------------------------------------------------------ build
FROM ${REGISTRY}/maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY proto/pom.xml proto/
COPY chassis/pom.xml chassis/
COPY metadata-svc/pom.xml metadata-svc/
COPY embedding-svc/pom.xml embedding-svc/
COPY hash-svc/pom.xml hash-svc/
COPY verifier-svc/pom.xml verifier-svc/
COPY orchestrator/pom.xml orchestrator/
COPY cli/pom.xml cli/
COPY proto/src/main proto/src/main
COPY chassis/src/main chassis/src/main
COPY metadata-svc/src/main metadata-svc/src/main
COPY embedding-svc/src/main embedding-svc/src/main
COPY hash-svc/src/main hash-svc/src/main
COPY verifier-svc/src/main verifier-svc/src/main
COPY orchestrator/src/main orchestrator/src/main
ARG SERVICE
# Times in jars are fixed in pom.xml, so the same sources give the same jars.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl "$SERVICE" -am -Dmaven.test.skip=true package \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/build/lib \
 && mkdir -p /app/lib \
 && find /build/lib -name '*.jar' -not -path '*/proto-*' -exec cp {} /app/lib/ \; \
 && find /build/*/target -maxdepth 1 -name '*-0.1.0.jar' -exec cp {} /app/lib/ \;

# java.desktop decodes pictures, jdk.httpserver serves metrics and health, jdk.unsupported is Netty's and protobuf's,
# jdk.incubator.vector makes Lucene's distances fast, java.sql, java.naming and jdk.zipfs are libraries'.
RUN jlink --strip-debug --no-header-files --no-man-pages --compress=zip-6 --generate-cds-archive --output /opt/java \
      --add-modules java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.cryptoki,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.naming.dns,jdk.unsupported,jdk.zipfs

# Everything that `java` is told, in files, since there is no shell to put it together.
RUN main=verimesh.$(printf %s "${SERVICE%-svc}").Main \
 && jars=$(find /app/lib -name '*.jar' | LC_ALL=C sort | paste -sd:) \
 && { echo --enable-native-access=ALL-UNNAMED; echo --sun-misc-unsafe-memory-access=allow; \
      echo --add-modules; echo jdk.incubator.vector; echo -Djava.awt.headless=true; echo -Djava.io.tmpdir=/tmp; echo -Duser.home=/tmp; \
      echo -XX:-UsePerfData; echo -Xlog:disable; echo -Xlog:all=error:stderr; echo -cp; echo "$jars"; } > /app/common \
 && { echo -XX:MaxRAMPercentage=60; echo -XX:+ExitOnOutOfMemoryError; echo -XX:AOTCache=/app/service.aot; cat /app/common; echo "$main"; } > /app/launch \
 && { echo -XX:+UseSerialGC; echo -XX:TieredStopAtLevel=1; echo -Xmx64m; cat /app/common; echo verimesh.chassis.Probe; } > /app/probe

# One start shows the JVM what a start needs; the next ones load it ready-made (JEP 514). Without the cache all works, slower.
RUN sed 's/^-XX:AOTCache=.*/-XX:AOTCacheOutput=\/app\/service.aot/' /app/launch > /tmp/train \
 && { timeout --signal=TERM 20 /opt/java/bin/java @/tmp/train || true; } \
 && ls -l /app

# ------------------------------------------------------------------------------------------------------ a service on CPUs
FROM ${RUNTIME} AS service
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="VeriMesh ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/java /opt/java
COPY --from=build /app /app
# A container's loopback is nobody's but its own, so it listens to all; who may come is the network policies' to say.
ENV VERIMESH_GRPC_HOST=0.0.0.0 \
    VERIMESH_EMBEDDING_MODELS_DIR=/models \
    VERIMESH_EMBEDDING_LIBTORCH=/libtorch \
    VERIMESH_HASH_DIRECTORY=/var/lib/verimesh/index
USER 65532:65532
VOLUME ["/tmp"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/java/bin/java", "@/app/launch"]

# -------------------------------------------------------------------------------------- embedding-svc on an NVIDIA GPU
# libtorch 2.7.1 built for CUDA 12.8, and no other: archives and the bridge (`pytorch-jni` 2.7.1, flavour cu128) are made for
# it. It brings the CUDA libraries it needs; the base brings what the driver expects of a container. Mount it at /libtorch.
FROM ${CUDA_RUNTIME} AS cuda
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="VeriMesh embedding-svc, CUDA 12.8" \
      org.opencontainers.image.version="${VERSION}-cuda" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/java /opt/java
COPY --from=build /app /app
ENV VERIMESH_GRPC_HOST=0.0.0.0 \
    VERIMESH_EMBEDDING_MODELS_DIR=/models \
    VERIMESH_EMBEDDING_LIBTORCH=/libtorch \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 65532:65532
VOLUME ["/tmp"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/java/bin/java", "@/app/launch"]

# What `docker build` makes without --target.
FROM service
