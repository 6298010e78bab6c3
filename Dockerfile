# syntax=docker/dockerfile:1
# One file for the five services, a build argument says which:
#
#   docker build --build-arg SERVICE=hash-svc -t verimesh/hash-svc:0.1.0 .
#   docker build --build-arg SERVICE=embedding-svc --target cuda -t verimesh/embedding-svc:0.1.0-cuda .
#
# The images hold a Java runtime cut to what the services use, their jars, and no shell. They run as 65532, need no writable
# root, and write to what docs/OPERATIONS.md names: /tmp, and hash-svc's /var/lib/verimesh.
#
# Bases are pinned by version; a registry or images of your own may stand in their place (`.ci/images` builds on a plain
# Debian). libtorch is in none: embedding-svc takes it from a mount (`./mesh models setup` fetches it), since 112 MB to 2 GB
# are not everybody's to load.
ARG REGISTRY=docker.io/library
ARG BUILD=${REGISTRY}/maven:3.9.11-eclipse-temurin-25
ARG NATIVES=${REGISTRY}/debian:12.12-slim
ARG RUNTIME=gcr.io/distroless/cc-debian12:nonroot
ARG CUDA_RUNTIME=docker.io/nvidia/cuda:12.8.1-base-ubuntu24.04

# ------------------------------------------------------------------------------------------------------------------ build
FROM ${BUILD} AS build
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
# Where Maven keeps what it fetched, and options of yours, such as `-o`.
ARG MAVEN_REPOSITORY=/var/cache/maven
ARG MAVEN_OPTIONS=
# All five at once, so that their images share this step. Times in jars are fixed in pom.xml: same sources, same jars.
RUN --mount=type=cache,target=/var/cache/maven \
    mvn -B -q ${MAVEN_OPTIONS} -Dmaven.repo.local="$MAVEN_REPOSITORY" -Dmaven.test.skip=true \
      -pl metadata-svc,embedding-svc,hash-svc,verifier-svc,orchestrator -am package \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DincludeScope=runtime '-DoutputDirectory=${project.build.directory}/lib'

# java.desktop decodes pictures, jdk.httpserver serves metrics and health, jdk.unsupported is Netty's and protobuf's,
# jdk.incubator.vector makes Lucene's distances fast, java.sql, java.naming and jdk.zipfs are libraries'.
RUN jlink --strip-java-debug-attributes --no-header-files --no-man-pages --compress=zip-6 --output /opt/java \
      --add-modules java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.cryptoki,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.naming.dns,jdk.unsupported,jdk.zipfs

ARG SERVICE
# Native code of other systems goes: it is a third of what the libraries weigh.
RUN mkdir -p /app/lib \
 && cp "$SERVICE"/target/lib/*.jar "$SERVICE/target/$SERVICE"-*.jar /app/lib/ \
 && system="$(uname -m | sed 's/aarch64/aarch[_-]*64/; s/x86_64/x86[_-]64/')" \
 && for jar in /app/lib/*.jar; do \
      foreign=$(jar --list --file "$jar" | grep -E '\.(so|dll|dylib|jnilib|a)$' | grep -vE "linux[_-]$system|epoll_$system") || continue; \
      rm -rf /tmp/jar && mkdir /tmp/jar && cd /tmp/jar && jar --extract --file "$jar" && rm -f $foreign && rm "$jar" \
      && find . -type f | sed 's|^\./||' | LC_ALL=C sort > /tmp/names \
      && jar --create --no-manifest --date=2026-11-25T00:00:00Z --file "$jar" @/tmp/names && cd /build || exit 1; \
    done; rm -rf /tmp/jar

# Everything that `java` is told, in files, since there is no shell to put it together. Lucene's distances are faster with the
# vector module, and passes over the index with large pages; the others start faster without, since the module keeps the JVM from
# storing its module graph.
RUN main=verimesh.$(printf %s "${SERVICE%-svc}").Main \
 && jars=$(find /app/lib -name '*.jar' | LC_ALL=C sort | paste -sd:) \
 && { echo --enable-native-access=ALL-UNNAMED; echo --sun-misc-unsafe-memory-access=allow; \
      [ "$SERVICE" != hash-svc ] || { echo --add-modules; echo jdk.incubator.vector; echo -XX:+UseTransparentHugePages; }; echo -Djava.awt.headless=true; echo -Djava.io.tmpdir=/tmp; echo -Duser.home=/tmp; \
      echo -XX:-UsePerfData; echo -XX:AOTCache=/app/service.aot; echo -Xlog:disable; echo -Xlog:all=error:stderr; echo -cp; echo "$jars"; } > /app/common \
 && { echo -XX:MaxRAMPercentage=60; echo -XX:+ExitOnOutOfMemoryError; cat /app/common; echo "$main"; } > /app/launch \
 && { echo -XX:+UseSerialGC; echo -XX:TieredStopAtLevel=1; echo -Xmx64m; cat /app/common; echo verimesh.chassis.Probe; } > /app/probe

# One start, until it serves, shows the JVM what a start needs; later ones load it ready-made (JEP 514). Without the cache all
# works, slower. The port is nobody's, for builders that share their network.
RUN sed 's/^-XX:AOTCache=.*/-XX:AOTCacheOutput=\/app\/service.aot/' /app/launch > /tmp/train \
 && port="VERIMESH_$(printf %s "${SERVICE%-svc}" | tr a-z A-Z)_PORT" \
 && { env "$port=39471" /opt/java/bin/java @/tmp/train & } && service=$! \
 && { for i in $(seq 30); do /opt/java/bin/java @/app/probe 39471 2> /tmp/why && break; done; cat /tmp/why; kill $service; wait $service; ls -l /app; test -s /app/service.aot; }

# What decodes pictures faster than Java (JPEG: libturbojpeg0), with everything that it needs beside a C library. HEIC, AVIF and
# JPEG XL need `--build-arg DECODERS="libturbojpeg0 libvips42"`, whose many libraries treble the image.
FROM ${NATIVES} AS natives
ARG DECODERS=libturbojpeg0
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $DECODERS > /dev/null \
 && mkdir -p /natives \
 && { dpkg -L $DECODERS | grep -E '\.so\.[0-9]+$'; find /usr/lib -path '*/vips-modules-*/vips-heif.so' -o -path '*/vips-modules-*/vips-jxl.so'; } > /tmp/wanted \
 && { cat /tmp/wanted; xargs -r ldd < /tmp/wanted | awk '$3 ~ /^\// { print $3 }' | grep -vE '/(libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so'; } \
      | LC_ALL=C sort -u | while read -r library; do cp -L --parents "$library" /natives; done \
 && if [ -d /natives/lib ]; then cp -a /natives/lib/. /natives/usr/lib/ && rm -r /natives/lib; fi && find /natives -type f

# ------------------------------------------------------------------------------------------------------ a service on CPUs
FROM ${RUNTIME} AS service
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="VeriMesh ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=natives /natives/usr/lib /usr/lib
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
