// Run by mongosh inside a mongod's own container, until it succeeds. Without any user it may do all this from loopback (the
// localhost exception); every step that was done before is left as it is, so it may be killed anywhere and run again.
const { existsSync, readFileSync } = require('node:fs')
const { MONGO_HOST, MONGO_NAME, MONGO_DATABASE, MONGO_DATABASES, MONGO_USER } = process.env

/** A mounted file, or a variable. */
function secret(file, variable) {
  const path = `/run/secrets/mongodb/${file}`
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : process.env[variable]
}
const rootPassword = secret('root-password', 'MONGO_ROOT_PASSWORD')
const password = secret('password', 'MONGO_PASSWORD')
/** Undefined where no exporter runs. */
const exporterPassword = secret('exporter-password', 'MONGO_EXPORTER_PASSWORD')
const admin = db.getSiblingDB('admin')
const own = db.getSiblingDB(MONGO_DATABASE)
const self = `${MONGO_HOST}:27017`
const mechanisms = ['SCRAM-SHA-256']

/** The other nodes that there shall be. Their number is in a file, since it may change while this container runs. */
function others() {
  const count = existsSync('replicas') ? Number(readFileSync('replicas', 'utf8')) : 1
  const hosts = []
  for (let n = 0; n < count; n++) hosts.push(`${MONGO_NAME}-${n}.${MONGO_NAME}:27017`)
  return count > 1 ? hosts.filter((host) => host !== self) : []
}

const adminOf = (host, login, options) =>
  new Mongo(`mongodb://${login}${host}/admin?serverSelectionTimeoutMS=3000&${options}`).getDB('admin')

/** A node without a set joins the one of the others. When all of them answer and none has one, the first node founds it. */
function begin() {
  const hosts = others()
  for (const host of hosts) if (adminOf(host, '', 'directConnection=true').hello().setName) return join(host)
  if (hosts.length === 0 || self.startsWith(`${MONGO_NAME}-0.`))
    rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: self }] })
}

/** One member at a time: a second one that joins meanwhile is refused and comes again. */
function join(host) {
  const set = adminOf(host, `root:${rootPassword}@`, 'replicaSet=rs0')
  const { config } = set.runCommand({ replSetGetConfig: 1 })
  if (config.members.some((member) => member.host === self)) return
  const _id = Math.max(...config.members.map((member) => member._id)) + 1
  const members = [...config.members, { _id, host: self }]
  const { ok, errmsg } = set.runCommand({ replSetReconfig: { ...config, version: config.version + 1, members } })
  if (ok !== 1) throw new Error(errmsg)
}

/** Primary, or a secondary that knows of one. */
function isMember() {
  const { isWritablePrimary, secondary, primary } = db.hello()
  return isWritablePrimary || (secondary && primary !== undefined && primary !== self)
}

function isUser(database, name, pwd) {
  try {
    return database.auth(name, pwd).ok === 1
  } catch {
    return false
  }
}

/** Services put validators on their collections at each start, which readWrite alone does not allow. */
function makeRole(database) {
  const of = db.getSiblingDB(database)
  if (of.getRole('service')) return
  const privileges = [{ resource: { db: database, collection: '' }, actions: ['collMod'] }]
  of.createRole({ role: 'service', privileges, roles: ['readWrite'] })
}

/** It sees the state of the server and of the replica set, and no data. */
function makeExporter() {
  const roles = [
    { role: 'clusterMonitor', db: 'admin' },
    { role: 'read', db: 'local' },
  ]
  const user = { pwd: exporterPassword, roles, mechanisms }
  if (admin.getUser('exporter')) admin.updateUser('exporter', user)
  else admin.createUser({ user: 'exporter', ...user })
}

function makeUsers() {
  if (!isUser(admin, 'root', rootPassword)) {
    admin.createUser({ user: 'root', pwd: rootPassword, roles: ['root'], mechanisms })
    admin.auth('root', rootPassword)
  }
  const roles = []
  for (const database of (MONGO_DATABASES ?? MONGO_DATABASE).split(',')) {
    makeRole(database)
    roles.push({ role: 'service', db: database })
  }
  if (!own.getUser(MONGO_USER)) own.createUser({ user: MONGO_USER, pwd: password, roles, mechanisms })
  // Another password in the Secret: that is how it is changed.
  else own.updateUser(MONGO_USER, { pwd: password, roles, mechanisms })
  if (exporterPassword) makeExporter()
  admin.logout()
}

if (!db.hello().setName) begin()
for (let tries = 0; tries < 20 && !isMember(); tries++) sleep(250)
if (!isMember()) {
  print('no member of a replica set with a primary yet')
  quit(1)
}
const isKnown = () =>
  isUser(own, MONGO_USER, password) && (!exporterPassword || isUser(admin, 'exporter', exporterPassword))
if (!isKnown() && db.hello().isWritablePrimary) makeUsers()
if (!isKnown()) {
  print(`the user ${MONGO_USER} is not known yet`)
  quit(1)
}
