// Run by mongosh inside a mongod's own container. Without any user it may do all this from loopback (the localhost
// exception); every step that was done before is left as it is, so it may be killed anywhere and run again.
const { MONGO_HOST, MONGO_ROOT_PASSWORD, MONGO_SERVICE, MONGO_SERVICE_PASSWORD } = process.env
const admin = db.getSiblingDB('admin')
const own = db.getSiblingDB(MONGO_SERVICE)

const isPrimary = () => db.hello().isWritablePrimary
function isRoot() {
  try {
    return admin.auth('root', MONGO_ROOT_PASSWORD).ok === 1
  } catch {
    return false
  }
}

if (!db.hello().setName) rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: `${MONGO_HOST}:27017` }] })
for (let tries = 0; tries < 20 && !isPrimary(); tries++) sleep(250)
if (!isPrimary()) quit(1)
if (!isRoot()) {
  admin.createUser({ user: 'root', pwd: MONGO_ROOT_PASSWORD, roles: ['root'] })
  admin.auth('root', MONGO_ROOT_PASSWORD)
}
// Services put validators on their collections at each start, which readWrite alone does not allow.
if (!own.getRole('service'))
  own.createRole({
    role: 'service',
    privileges: [{ resource: { db: MONGO_SERVICE, collection: '' }, actions: ['collMod'] }],
    roles: ['readWrite'],
  })
if (!own.getUser(MONGO_SERVICE))
  own.createUser({ user: MONGO_SERVICE, pwd: MONGO_SERVICE_PASSWORD, roles: ['service'] })
