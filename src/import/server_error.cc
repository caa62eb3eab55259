#include "import/server_error.h"

#include <algorithm>
#include <array>

namespace backgraft::imports {
namespace {

// By number, as in the server's mysqld_error.h.
constexpr std::array kServersOwn = {
    3u,                          // ER_GET_ERRNO: error writing a file
    5u,                          // out of memory
    28u,                         // no space left on device
    1005u,                       // ER_CANT_CREATE_TABLE
    1006u,                       // ER_CANT_CREATE_DB
    1021u,                       // ER_DISK_FULL
    1023u, 1024u, 1025u, 1026u,  // errors of files
    1030u,                       // ER_GET_ERRNO
    1036u,                       // ER_OPEN_AS_READONLY
    1037u, 1038u, 1041u,         // out of memory
    1040u,                       // ER_CON_COUNT_ERROR
    1042u, 1043u,                // ER_BAD_HOST_ERROR, ER_HANDSHAKE_ERROR
    1044u, 1045u,                // no access
    1053u,                       // ER_SERVER_SHUTDOWN
    1114u,                       // ER_RECORD_FILE_FULL
    1129u, 1130u,                // the host is blocked or not privileged
    1135u,                       // ER_CANT_CREATE_THREAD
    1142u, 1143u,                // rights on tables and columns
    1153u,                       // ER_NET_PACKET_TOO_LARGE
    1156u, 1157u, 1158u, 1159u, 1160u, 1161u,  // the connection
    1180u,                                     // ER_ERROR_DURING_COMMIT
    1205u, 1206u, 1213u,                       // locks
    1203u, 1226u,                              // limits of the user
    1227u,                                     // ER_SPECIFIC_ACCESS_DENIED
    1286u, 1289u, 1290u, 1792u, 1836u,         // not with this server
    1317u,                                     // ER_QUERY_INTERRUPTED
    1370u,                                     // rights on routines
    1419u,                                     // binary log and SUPER
    1436u,                                     // thread stack
    1698u,                                     // access denied
    1927u, 1969u,                              // killed, timed out
};

}  // namespace

// CR_CONNECTION_ERROR and its kind, ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED.
bool IsConnectionLoss(unsigned code) {
  return (code >= 2000 && code < 2100) || code == 1053 || code == 1927 ||
         code == 5014;
}

bool IsDumpFault(unsigned code) {
  if (IsConnectionLoss(code)) return false;
  return std::find(kServersOwn.begin(), kServersOwn.end(), code) ==
         kServersOwn.end();
}

}  // namespace backgraft::imports
