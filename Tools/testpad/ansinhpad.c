// A reader with a PIN pad for tests only: an IFD handler (version 3 of the interface in PCSC/ifdhandler.h) that pcscd
// loads, made by Tools/pcscd-private --pad.
//
// It listens on two ports of this machine: on the one in its device name ("/dev/null:PORT") for a card, which speaks as
// to vpcd (two octets of length, most significant first, then the body; a body of one octet is control: 00 off, 01 on,
// 02 reset, 04 asks for the answer to reset); on the next one for whoever plays the pad. To that one it hands the input
// of FEATURE_EXECUTE_PACE in the same frames and takes the output from it; until there is somebody the pad does not
// answer. pcscd calls with one thread at a time.
#include <errno.h>
#include <ifdhandler.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <reader.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  control_features = 0x42000000 + 3400,  // CM_IOCTL_GET_FEATURE_REQUEST
  control_verify = 0x42330006,
  control_pace = 0x42330020,
  maximum_body = 65535,
  patience_ms = 60 * 1000,
};

// Where somebody may connect, and who has; -1 for nobody.
struct port {
  int listener;
  int peer;
};

static struct port card = {-1, -1};
static struct port pad = {-1, -1};
static UCHAR atr[MAX_ATR_SIZE];
static DWORD atr_length;

static void drop(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static int listen_on(unsigned long number) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(descriptor, 1) != 0) {
    drop(&descriptor);
  }
  return descriptor;
}

// Whether somebody is there; who waits is taken, but not in the call that lets go of who has gone: pcscd sees a reader
// that is empty for a while.
static bool is_there(struct port *port) {
  char octet;
  if (port->peer >= 0) {
    ssize_t count = recv(port->peer, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) drop(&port->peer);
    return port->peer >= 0;
  }
  port->peer = accept(port->listener, NULL, NULL);
  int one = 1;
  if (port->peer >= 0) setsockopt(port->peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return port->peer >= 0;
}

static bool send_all(int peer, const UCHAR *octets, size_t count) {
  while (count > 0) {
    ssize_t sent = send(peer, octets, count, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    octets += sent;
    count -= (size_t)sent;
  }
  return true;
}

static bool receive_all(int peer, UCHAR *octets, size_t count) {
  while (count > 0) {
    struct pollfd wait = {.fd = peer, .events = POLLIN};
    if (poll(&wait, 1, patience_ms) <= 0) return false;
    ssize_t received = recv(peer, octets, count, 0);
    if (received <= 0) return false;
    octets += received;
    count -= (size_t)received;
  }
  return true;
}

static bool send_frame(struct port *port, const UCHAR *body, size_t length) {
  UCHAR head[2] = {(UCHAR)(length >> 8), (UCHAR)(length & 0xFF)};
  return length > 0 && length <= maximum_body && send_all(port->peer, head, 2) && send_all(port->peer, body, length);
}

// The body of a frame of at most `capacity` octets; its length, or 0.
static DWORD receive_frame(struct port *port, UCHAR *body, size_t capacity) {
  UCHAR head[2];
  if (!receive_all(port->peer, head, 2)) return 0;
  size_t length = (size_t)head[0] << 8 | head[1];
  return length <= capacity && receive_all(port->peer, body, length) ? (DWORD)length : 0;
}

// A frame there and one back; its length, or 0 when they failed, and then nobody is there any more.
static DWORD exchange(struct port *port, const UCHAR *body, size_t length, UCHAR *answer, size_t capacity) {
  DWORD received = send_frame(port, body, length) ? receive_frame(port, answer, capacity) : 0;
  if (received == 0) drop(&port->peer);
  return received;
}

RESPONSECODE IFDHCreateChannel(DWORD Lun, DWORD Channel) {
  (void)Lun;
  card.listener = listen_on(Channel);
  pad.listener = listen_on(Channel + 1);
  return card.listener >= 0 && pad.listener >= 0 ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName) {
  const char *number = strrchr(DeviceName, ':');
  return number ? IFDHCreateChannel(Lun, strtoul(number + 1, NULL, 0)) : IFD_NO_SUCH_DEVICE;
}

RESPONSECODE IFDHCloseChannel(DWORD Lun) {
  (void)Lun;
  drop(&card.peer);
  drop(&card.listener);
  drop(&pad.peer);
  drop(&pad.listener);
  return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value) {
  (void)Lun;
  switch (Tag) {
    case TAG_IFD_ATR:
    case SCARD_ATTR_ATR_STRING:
      if (*Length < atr_length) return IFD_ERROR_INSUFFICIENT_BUFFER;
      memcpy(Value, atr, atr_length);
      *Length = atr_length;
      return IFD_SUCCESS;
    case TAG_IFD_SLOTS_NUMBER:
    case TAG_IFD_SIMULTANEOUS_ACCESS:
      if (*Length < 1) return IFD_ERROR_INSUFFICIENT_BUFFER;
      *Value = 1;
      *Length = 1;
      return IFD_SUCCESS;
    default: return IFD_ERROR_TAG;
  }
}

RESPONSECODE IFDHSetCapabilities(DWORD Lun, DWORD Tag, DWORD Length, PUCHAR Value) {
  (void)Lun, (void)Tag, (void)Length, (void)Value;
  return IFD_ERROR_TAG;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD Lun, DWORD Protocol, UCHAR Flags, UCHAR PTS1, UCHAR PTS2, UCHAR PTS3) {
  (void)Lun, (void)Protocol, (void)Flags, (void)PTS1, (void)PTS2, (void)PTS3;
  return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength) {
  (void)Lun;
  static const UCHAR off = 0, on = 1, reset = 2, ask = 4;
  *AtrLength = 0;
  atr_length = 0;
  if (!is_there(&card)) return IFD_COMMUNICATION_ERROR;
  if (Action == IFD_POWER_DOWN) return send_frame(&card, &off, 1) ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
  if (!send_frame(&card, Action == IFD_RESET ? &reset : &on, 1)) return IFD_ERROR_POWER_ACTION;
  atr_length = exchange(&card, &ask, 1, atr, sizeof atr);
  memcpy(Atr, atr, atr_length);
  *AtrLength = atr_length;
  return atr_length > 0 ? IFD_SUCCESS : IFD_ERROR_POWER_ACTION;
}

RESPONSECODE IFDHTransmitToICC(
    DWORD Lun, SCARD_IO_HEADER SendPci, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer, PDWORD RxLength,
    PSCARD_IO_HEADER RecvPci) {
  (void)Lun, (void)SendPci, (void)RecvPci;
  DWORD received = is_there(&card) ? exchange(&card, TxBuffer, TxLength, RxBuffer, *RxLength) : 0;
  *RxLength = received;
  return received > 0 ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHControl(
    DWORD Lun, DWORD dwControlCode, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer, DWORD RxLength,
    LPDWORD pdwBytesReturned) {
  (void)Lun;
  static const UCHAR features[] = {
      FEATURE_EXECUTE_PACE,      4, 0x42, 0x33, 0x00, 0x20,  // control_pace
      FEATURE_VERIFY_PIN_DIRECT, 4, 0x42, 0x33, 0x00, 0x06,  // control_verify
  };
  *pdwBytesReturned = 0;
  switch (dwControlCode) {
    case control_features:
      if (RxLength < sizeof features) return IFD_ERROR_INSUFFICIENT_BUFFER;
      memcpy(RxBuffer, features, sizeof features);
      *pdwBytesReturned = sizeof features;
      return IFD_SUCCESS;
    case control_pace:
      // Who played the pad before may just be gone, and the next one wait.
      if (!is_there(&pad) && !is_there(&pad)) return IFD_COMMUNICATION_ERROR;
      *pdwBytesReturned = exchange(&pad, TxBuffer, TxLength, RxBuffer, RxLength);
      return *pdwBytesReturned > 0 ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
    case control_verify: return IFD_NOT_SUPPORTED;
    default: return IFD_ERROR_NOT_SUPPORTED;
  }
}

RESPONSECODE IFDHICCPresence(DWORD Lun) {
  (void)Lun;
  return is_there(&card) ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
