import type { FastifyInstance } from 'fastify'
import type { Uploads } from './uploads'

/**
 * POST /upload/new → {upload} · PUT /upload/ID/PATH one file · POST /upload/ID/done → {path} · DELETE /upload/ID.
 * Every body is a file's bytes as they are, of any length and type, and goes to the disk as it comes.
 */
export async function serveUploads(app: FastifyInstance, uploads: Uploads): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
  app.post('/upload/new', async () => ({ upload: await uploads.begin() }))
  app.post<{ Params: { id: string } }>('/upload/:id/done', async ({ params }) => ({
    path: await uploads.finish(params.id),
  }))
  app.put<{ Params: { id: string; '*': string } }>('/upload/:id/*', async ({ params, raw }, reply) => {
    await uploads.write(params.id, params['*'], raw)
    return reply.code(204).send()
  })
  app.delete<{ Params: { id: string } }>('/upload/:id', async ({ params }, reply) => {
    await uploads.remove(params.id)
    return reply.code(204).send()
  })
}
