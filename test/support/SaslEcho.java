import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslServer;

/** Java's own DIGEST-MD5, in Thrift's frames, as Hive makes it; echoes each message. Arguments: qop, user, password. Prints its port. */
class SaslEcho {
  public static void main(String[] args) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      System.out.println(server.getLocalPort());
      while (true) {
        try (Socket socket = server.accept()) {
          serve(socket, args[0], args[1], args[2]);
        } catch (Exception error) {
          System.err.println(error);
        }
      }
    }
  }

  private static void serve(Socket socket, String qop, String user, String password) throws Exception {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    in.readByte();
    String mechanism = new String(read(in));
    Map<String, String> properties = new HashMap<>();
    properties.put(Sasl.QOP, qop);
    properties.put(Sasl.SERVER_AUTH, "true");
    SaslServer sasl = Sasl.createSaslServer(mechanism, null, "default", properties, callbacks -> {
      for (Callback each : callbacks) {
        if (each instanceof NameCallback name && !user.equals(name.getDefaultName())) throw new java.io.IOException("token can't be found");
        if (each instanceof PasswordCallback asked) asked.setPassword(password.toCharArray());
        if (each instanceof RealmCallback realm) realm.setText(realm.getDefaultText());
        if (each instanceof AuthorizeCallback authorize) authorize.setAuthorized(true);
      }
    });
    while (!sasl.isComplete()) {
      in.readByte();
      try {
        byte[] challenge = sasl.evaluateResponse(read(in));
        out.writeByte(sasl.isComplete() ? 5 : 2);
        write(out, challenge);
      } catch (Exception error) {
        out.writeByte(3);
        write(out, String.valueOf(error.getMessage()).getBytes());
        throw error;
      }
    }
    boolean isWrapped = !"auth".equals(sasl.getNegotiatedProperty(Sasl.QOP));
    while (true) {
      byte[] message = read(in);
      byte[] data = isWrapped ? sasl.unwrap(message, 0, message.length) : message;
      write(out, isWrapped ? sasl.wrap(data, 0, data.length) : data);
    }
  }

  private static byte[] read(DataInputStream in) throws Exception {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static void write(DataOutputStream out, byte[] bytes) throws Exception {
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }
}
