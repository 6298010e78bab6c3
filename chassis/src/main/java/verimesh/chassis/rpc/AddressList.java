package verimesh.chassis.rpc;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// `host:port,host:port` as one target: every address behind every name, each checked against its own name under TLS.
/// A name that cannot be looked up is left out as long as another can.
final class AddressList extends NameResolver {
  private static final String SCHEME = "verimesh";

  private final List<HostPort> hosts;
  private final Executor offload;
  private final SynchronizationContext synchronizer;
  private Listener2 listener;
  private boolean resolving;
  private volatile boolean over;

  /// @param host name or literal address, IPv6 without brackets
  private record HostPort(String host, int port) {
    /// What TLS compares with the certificate.
    String authority() {
      return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
  }

  private AddressList(List<HostPort> hosts, Args args) {
    this.hosts = hosts;
    this.synchronizer = args.getSynchronizationContext();
    Executor given = args.getOffloadExecutor();
    this.offload = given != null ? given : Thread::startVirtualThread;
  }

  /// The target that gRPC resolves with this class.
  /// @throws IllegalArgumentException if it is no such list
  static String target(String list) {
    parse(list);
    try {
      return new URI(SCHEME, "", "/" + list.replaceAll("\\s", ""), null, null).toString();
    } catch (URISyntaxException broken) {
      throw new IllegalArgumentException("not a list of addresses: " + list, broken);
    }
  }

  private static List<HostPort> parse(String list) {
    List<HostPort> hosts = new ArrayList<>();
    for (String part : list.split(",")) {
      String address = part.strip();
      if (address.isEmpty()) continue;
      int colon = address.lastIndexOf(':');
      String host = colon < 0 ? "" : address.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
      int port = port(address.substring(colon + 1));
      if (host.isEmpty() || port < 0) throw new IllegalArgumentException("\"" + address + "\" is not host:port");
      hosts.add(new HostPort(host, port));
    }
    if (hosts.isEmpty()) throw new IllegalArgumentException("no address in \"" + list + "\"");
    return hosts;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port >= 1 && port <= 65_535 ? port : -1;
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  @Override
  public String getServiceAuthority() {
    return hosts.getFirst().authority(); // each address overrides it with its own
  }

  @Override
  public void start(Listener2 told) {
    listener = told;
    refresh();
  }

  @Override
  public void refresh() { // always called within the synchronizer
    if (resolving || over) return;
    resolving = true;
    offload.execute(() -> {
      ResolutionResult result = resolve();
      synchronizer.execute(() -> {
        resolving = false;
        if (!over) listener.onResult2(result);
      });
    });
  }

  private ResolutionResult resolve() {
    Set<EquivalentAddressGroup> found = new LinkedHashSet<>();
    UnknownHostException unknown = null;
    for (HostPort each : hosts) {
      Attributes authority =
          Attributes.newBuilder().set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, each.authority()).build();
      try {
        for (InetAddress address : InetAddress.getAllByName(each.host())) {
          found.add(new EquivalentAddressGroup(new InetSocketAddress(address, each.port()), authority));
        }
      } catch (UnknownHostException noSuchName) {
        unknown = noSuchName;
      }
    }
    String complaint = "no address is known for " + hosts.getFirst().host();
    Status nowhere = Status.UNAVAILABLE.withDescription(complaint).withCause(unknown);
    StatusOr<List<EquivalentAddressGroup>> addresses =
        found.isEmpty() ? StatusOr.fromStatus(nowhere) : StatusOr.fromValue(List.copyOf(found));
    return ResolutionResult.newBuilder().setAddressesOrError(addresses).build();
  }

  @Override
  public void shutdown() {
    over = true;
  }

  /// Makes gRPC understand such targets.
  static final class Provider extends NameResolverProvider {
    @Override
    public NameResolver newNameResolver(URI target, Args args) {
      if (!SCHEME.equals(target.getScheme())) return null;
      return new AddressList(parse(target.getPath().substring(1)), args);
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return List.of(InetSocketAddress.class);
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 1; // below DNS (5), which stays the default for targets without a scheme
    }
  }
}
