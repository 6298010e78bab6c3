package verimesh.chassis.inference.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An HTTP client that shows its token to one host alone, and honours the usual proxy variables.
public final class Web implements AutoCloseable {
  private static final int REDIRECTS_MAX = 5;
  private static final Duration CONNECT_TIME = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIME = Duration.ofSeconds(60);

  private final HttpClient client;
  private final String token;
  private final String tokenHost;

  /// @param token sent as `Authorization: Bearer`; empty: none
  /// @param tokenFor the only place that sees it
  /// @param environment for `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` in either case
  public Web(String token, URI tokenFor, Map<String, String> environment) {
    this.token = token;
    this.tokenHost = place(tokenFor);
    this.client = HttpClient.newBuilder().connectTimeout(CONNECT_TIME).followRedirects(HttpClient.Redirect.NEVER).proxy(proxies(environment)).build();
  }

  /// Follows redirects; whoever gets the response closes its body.
  /// @param from first byte that is wanted; 0 for all
  HttpResponse<InputStream> get(URI address, long from) throws IOException, InterruptedException {
    URI at = address;
    for (int i = 0; i <= REDIRECTS_MAX; i++) {
      HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(ANSWER_TIME).header("User-Agent", "verimesh").GET();
      if (from > 0) request.header("Range", "bytes=" + from + "-");
      // A hub redirects to a store of another host, which must not see the token.
      if (!token.isEmpty() && place(at).equals(tokenHost)) request.header("Authorization", "Bearer " + token);
      HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() < 300 || response.statusCode() >= 400 || response.statusCode() == 304) return response;
      response.body().close();
      String location = response.headers().firstValue("Location").orElseThrow(() -> new IOException(address + " redirects to nowhere"));
      URI next = at.resolve(location);
      if (at.getScheme().equals("https") && !"https".equals(next.getScheme())) throw new IOException(address + " redirects from https to " + next.getScheme() + "; refused");
      at = next;
    }
    throw new IOException(address + " redirects more than " + REDIRECTS_MAX + " times");
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static String place(URI uri) {
    return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
  }

  private static ProxySelector proxies(Map<String, String> environment) {
    ProxySelector system = ProxySelector.getDefault();
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        String name = uri.getScheme() + "_proxy";
        String proxy = environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
        if (proxy.isEmpty() || direct(uri.getHost(), environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", "")))) {
          return system == null ? List.of(Proxy.NO_PROXY) : system.select(uri);
        }
        URI at = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(at.getHost(), at.getPort() < 0 ? 80 : at.getPort())));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The request itself fails and tells.
      }
    };
  }

  private static boolean direct(String host, String exceptions) {
    for (String part : exceptions.split(",")) {
      String name = part.strip().replaceFirst("^\\*?\\.", "");
      if (!name.isEmpty() && (name.equals("*") || host.equals(name) || host.endsWith("." + name))) return true;
    }
    return false;
  }
}
